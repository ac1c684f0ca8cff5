package dev.resilience.spring.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.resilience.CallShape;
import dev.resilience.Placement.Expression;
import dev.resilience.ResilienceConfigurationException;
import dev.resilience.spring.caller.CallerAddresses;
import dev.resilience.spring.caller.TrustedProxies;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.util.ReflectionUtils;

class ArgumentExpressionsTest {

    private static final String HOSTILE = "dev.resilience.hostile";

    private final KeyExpressions expressions = new KeyExpressions(
            new StaticApplicationContext(), new CallerAddresses(TrustedProxies.NONE), new Findings());

    @Test
    void anArgumentIsTakenAsItIs() {
        assertThat(value("key", "#agentId", "order", "agent-1", null)).isEqualTo("agent-1");
    }

    @Test
    void anArgumentThatIsNullGivesNull() {
        assertThat(value("key", "#agentId", "order", null, null)).isNull();
    }

    @Test
    void propertiesOfRecordsAndBeansAreRead() {
        Order order = new Order(new Customer("c-7", 3), List.of("a"));

        assertThat(value("key", "#order.customer.id", "order", null, order)).isEqualTo("c-7");
        assertThat(value("key", "#order.customer().id()", "order", null, order)).isEqualTo("c-7");
        assertThat(value("key", "#order.items.empty", "order", null, order)).isEqualTo(false);
    }

    @Test
    void nullOnTheWayMakesTheWholeNull() {
        assertThat(value("key", "#order.customer.id", "order", null, new Order(null, List.of())))
                .isNull();
        assertThat(value("key", "#order?.customer?.id", "order", null, null)).isNull();
    }

    @Test
    void whatIsMoreThanAChainIsLeftToSpel() {
        Order order = new Order(new Customer("c-7", 3), List.of("a", "b"));

        assertThat(value("key", "#agentId.toLowerCase() + ':' + #order.customer.id", "order", "AGENT", order))
                .isEqualTo("agent:c-7");
        assertThat(value("cost", "#order.items.size() * 2", "order", null, order))
                .isEqualTo(4);
        assertThat(value("key", "#order.items.![length()]", "order", null, order))
                .isEqualTo(List.of(1, 1));
        assertThat(value("key", "#order.items.?[#this != 'a']", "order", null, order))
                .isEqualTo(List.of("b"));
        assertThat(value("key", "#labels['tenant']", "labelled", Map.of("tenant", "t-1")))
                .isEqualTo("t-1");
        assertThat(value("key", "#labels[tenant]", "labelled", Map.of("tenant", "t-1")))
                .isEqualTo("t-1");
    }

    @Test
    void spelGivesTheSameBeforeAndAfterItWasCompiledToByteCode() {
        Expression expression = compile("key", "#agentId + '/' + #order.customer.id", "order");
        Order order = new Order(new Customer("c-7", 3), List.of());

        for (int call = 0; call < 300; call++) {
            assertThat(expression.evaluate(new Object[] {"a" + call, order}, null))
                    .isEqualTo("a" + call + "/c-7");
        }
    }

    @Test
    void aPropertyOfAnUndeclaredTypeIsReadFromWhatThereIs() {
        assertThat(value("key", "#anything.id", "open", new Customer("c-7", 3))).isEqualTo("c-7");
    }

    @Test
    void aMistypedParameterIsAnErrorWithTheNearestName() {
        assertRefused("key", "#agentID2", "order", "has no parameter 'agentID2'", "Did you mean '#agentId'?");
        assertRefused("key", "#agentIdd + 1", "order", "has no parameter 'agentIdd'", "Did you mean '#agentId'?");
        assertRefused("key", "#root", "order", "has no parameter 'root'", "agentId, order");
    }

    @Test
    void aMistypedPropertyIsAnErrorWithTheNearestName() {
        assertRefused(
                "key", "#order.custommer.id", "order", "no public property 'custommer'", "Did you mean 'customer'?");
        assertRefused("key", "#order.customer.no()", "order", "no public method 'no()'", "Name what Customer declares");
    }

    @Test
    void aKeyThatEqualsOnlyItselfIsAnError() {
        assertRefused("key", "#bytes", "identities", "equals nothing but itself", "equal for equal callers");
        assertRefused("key", "#later", "identities", "equals nothing but itself", "equal for equal callers");
    }

    @Test
    void aCostIsANumber() {
        assertThat(value("cost", "5", "order", null, null)).isEqualTo(5L);
        assertThat(value("priority", "-1", "order", null, null)).isEqualTo(-1L);
        assertThat(value("cost", "#order.customer.rank", "order", null, new Order(new Customer("c", 3), List.of())))
                .isEqualTo(3);
        assertRefused("cost", "-5", "order", "must not be negative", "Write a whole number");
        assertRefused("cost", "five", "order", "is no number and no expression", "Write a whole number");
        assertRefused("cost", "#agentId", "order", "is of type String, not a number", "Name a number");
        assertRefused("key", "5", "order", "is no expression", "Write '#argument'");
    }

    @Test
    void whatIsNoExpressionIsAnErrorWithARemedy() {
        assertRefused("key", "agentId", "order", "is no expression", "Did you mean '#agentId'?");
        assertRefused("key", "principle", "order", "is no expression", "Did you mean 'principal'?");
        assertRefused(
                "key", "", "order", "is no expression", "'#argument', 'principal', 'caller', 'ip', 'header:NAME'");
        assertRefused("key", "#order..id", "order", "can't be parsed at character", "Write for example '#argument'");
        assertRefused("key", "#agentId +", "order", "can't be parsed", "Write for example '#argument'");
        assertRefused("key", "#agentId + order", "order", "'order' belongs to no argument", "begin with '#'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#agentId + T(java.lang.System).exit(1)",
                "#agentId.concat(T(java.lang.Runtime).getRuntime().exec('id').toString())",
                "#agentId + new java.io.File('x').delete()",
                "#agentId + @secrets.read()",
                "#agentId = 'other'",
                "#agentId + (#order = null)",
                "#order.customer.rank++",
                "--#order.customer.rank",
                "#shell('id')",
                "#order.items.![T(java.lang.System).exit(1)]",
                "#order.items[T(java.lang.System).exit(1)]",
                "#order.items.?[@secrets != null]",
                "#agentId.concat(new String('x'))",
                "{#agentId, T(java.lang.Math).PI}",
                "#agentId.class",
                "#agentId.class.classLoader",
                "#agentId.getClass().forName('x')",
                "#agentId?.getClass()",
                "#order.items.![class]",
                "#order.items.![getClass()]",
                "#{T(java.lang.System).exit(1)}",
                "T(java.lang.System).exit(1)",
                "new java.io.File('x')",
                "#root.exit()",
            })
    void anExpressionThatWouldDoMoreThanReadIsRefusedAtStart(String hostile) {
        assertThatThrownBy(() -> compile("key", hostile, "order"))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining("key = '" + hostile + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#{T(java.lang.Runtime).getRuntime().exec('id')}",
                "T(java.lang.System).setProperty('" + HOSTILE + "', 'evaluated')",
                "#{T(java.lang.System).setProperty('" + HOSTILE + "', 'evaluated')}",
                "${java.home}",
                "#agentId",
                "@secrets",
            })
    void whatAnArgumentSaysIsNeverEvaluated(String hostile) {
        Order order = new Order(new Customer(hostile, 1), List.of(hostile));

        assertThat(value("key", "#agentId", "order", hostile, order)).isEqualTo(hostile);
        assertThat(value("key", "#order.customer.id", "order", hostile, order)).isEqualTo(hostile);
        assertThat(value("key", "#agentId + #order.customer.id", "order", hostile, order))
                .isEqualTo(hostile + hostile);
        assertThat(value("key", "#order.items.![#this]", "order", hostile, order))
                .isEqualTo(List.of(hostile));
        assertThat(value("key", "#labels[#labels['k']] ?: #labels['k']", "labelled", Map.of("k", hostile)))
                .isEqualTo(hostile);
        assertThat(System.getProperty(HOSTILE)).isNull();
    }

    private void assertRefused(String attribute, String text, String method, String reason, String remedy) {
        assertThatThrownBy(() -> compile(attribute, text, method))
                .isInstanceOf(ResilienceConfigurationException.class)
                .hasMessageContaining(attribute + " = '" + text + "'")
                .hasMessageContaining(reason)
                .hasMessageContaining(remedy);
    }

    private @Nullable Object value(String attribute, String text, String method, @Nullable Object... arguments) {
        return compile(attribute, text, method).evaluate(arguments, null);
    }

    private Expression compile(String attribute, String text, String method) {
        return expressions.compile(
                attribute,
                text,
                ReflectionUtils.getUniqueDeclaredMethods(
                        Service.class, candidate -> candidate.getName().equals(method))[0],
                CallShape.BLOCKING);
    }

    record Customer(String id, int rank) {}

    record Order(@Nullable Customer customer, List<String> items) {}

    interface Service {

        void order(String agentId, Order order);

        void labelled(Map<String, String> labels);

        <T> void open(T anything);

        void identities(byte[] bytes, CompletionStage<String> later);
    }
}
