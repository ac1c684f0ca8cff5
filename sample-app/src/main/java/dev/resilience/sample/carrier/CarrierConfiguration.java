package dev.resilience.sample.carrier;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/** Makes the client that talks to the carrier. */
@Configuration(proxyBeanMethods = false)
class CarrierConfiguration {

    @Bean
    CarrierClient carrierClient(RestClient.Builder builder, FlakyCarrier carrier, CarrierSession session) {
        RestClient client = builder.baseUrl(carrier.url())
                .requestInitializer(request -> session.identify(request.getHeaders()))
                .build();
        return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(client))
                .build()
                .createClient(CarrierClient.class);
    }
}
