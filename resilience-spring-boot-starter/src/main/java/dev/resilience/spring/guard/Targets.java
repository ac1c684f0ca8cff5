package dev.resilience.spring.guard;

import dev.resilience.CallShape;
import dev.resilience.Target;
import dev.resilience.configuration.NearestName;
import java.lang.reflect.Method;
import java.util.List;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.convert.ConversionService;
import org.springframework.util.ClassUtils;

/** Resolves, at start-up, what a call is diverted to: a method of the bean, a method of another bean, or a value. */
final class Targets {

    private static final String OF = "::";

    private final ListableBeanFactory beans;
    private final ConversionService conversions;

    Targets(ListableBeanFactory beans, ConversionService conversions) {
        this.beans = beans;
        this.conversions = conversions;
    }

    /**
     * The fallback named {@code method} or {@code bean::method}. The other bean is checked by its type and fetched with
     * the first diversion, since it may itself depend on guarded beans.
     *
     * @param attribute the attribute or property the name is written in
     * @param beanClass the class of the guarded bean, without its proxy
     * @throws dev.resilience.ResilienceConfigurationException if there is no such method, or none that fits
     */
    FallbackMethod method(String attribute, String text, Method guarded, Class<?> beanClass, CallShape shape) {
        Site site = new Site(attribute, text.strip(), guarded, shape);
        Guarded wanted = Guarded.of(guarded, beanClass, shape);
        int separator = site.text().indexOf(OF);
        if (separator < 0) {
            FallbackSearch search = new FallbackSearch(site, wanted, beanClass, site.text(), false);
            return new FallbackMethod(shape, search.overloads(), null);
        }
        String bean = site.text().substring(0, separator);
        String name = site.text().substring(separator + OF.length());
        FallbackSearch search = new FallbackSearch(site, wanted, type(site, bean), name, true);
        return new FallbackMethod(shape, search.overloads(), () -> beans.getBean(bean));
    }

    /**
     * The value this text stands for, converted to what the guarded method gives.
     *
     * @throws dev.resilience.ResilienceConfigurationException if it doesn't convert
     */
    Target value(String attribute, String text, Method guarded, Class<?> beanClass, CallShape shape) {
        Site site = new Site(attribute, text.strip(), guarded, shape);
        return new FallbackValue(site, Guarded.of(guarded, beanClass, shape), conversions).target();
    }

    private Class<?> type(Site site, String bean) {
        if (!beans.containsBean(bean)) {
            String name = site.text().substring(bean.length());
            throw site.wrong("names no bean '" + bean + "'", suggestion(bean, name) + "Write 'bean::method'");
        }
        Class<?> type = beans.getType(bean, false);
        if (type == null) {
            throw site.wrong(
                    "names the bean '" + bean + "', whose type is not known before it is created",
                    "Declare its type on the @Bean method");
        }
        return ClassUtils.getUserClass(type);
    }

    private String suggestion(String bean, String method) {
        List<String> known = List.of(beans.getBeanDefinitionNames());
        return NearestName.of(bean, known)
                .map(near -> "Did you mean '" + near + method + "'? ")
                .orElse("");
    }
}
