package dev.resilience.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.resilience.spring.actuate.ManagerDescription;
import dev.resilience.spring.actuate.ResilienceEndpoint;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cache.CacheManager;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.ApplicationContext;

class SpringCacheConfigurationTest {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AopAutoConfiguration.class,
                    ResilienceAutoConfiguration.class,
                    ResilienceEndpointAutoConfiguration.class))
            .withPropertyValues("management.endpoints.web.exposure.include=resilience");

    @Test
    void managersOfOuterContextsAreShownUnlessAnInnerOneHidesThem() {
        new ApplicationContextRunner()
                .withBean("outer", CacheManager.class, () -> new ConcurrentMapCacheManager("a"))
                .withBean("both", CacheManager.class, () -> new ConcurrentMapCacheManager("b"))
                .run(outer -> runner.withParent(outer)
                        .withBean("both", CacheManager.class, () -> new ConcurrentMapCacheManager("c"))
                        .run(context -> assertThat(managers(context))
                                .hasEntrySatisfying("outer", manager -> assertThat(manager.caches())
                                        .containsOnlyKeys("a"))
                                .hasEntrySatisfying("both", manager -> assertThat(manager.caches())
                                        .containsOnlyKeys("c"))
                                .hasSize(2)));
    }

    @Test
    void aManagerThatIsNotThereYetIsNotMade() {
        runner.withBean(
                        "lazy",
                        CacheManager.class,
                        () -> new ConcurrentMapCacheManager("a"),
                        definition -> definition.setLazyInit(true))
                .run(context -> {
                    assertThat(managers(context)).isEmpty();
                    context.getBean("lazy");
                    assertThat(managers(context)).containsOnlyKeys("lazy");
                });
    }

    @Test
    void withoutManagersThereIsNothing() {
        runner.run(context -> assertThat(managers(context)).isEmpty());
    }

    private static Map<String, ManagerDescription> managers(ApplicationContext context) {
        return context.getBean(ResilienceEndpoint.class).overview().springCaches();
    }
}
