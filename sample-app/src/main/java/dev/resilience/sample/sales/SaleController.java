package dev.resilience.sample.sales;

import dev.resilience.spring.annotation.CacheInvalidate;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Takes down what is sold. */
@RestController
public class SaleController {

    private final JdbcClient database;

    SaleController(JdbcClient database) {
        this.database = database;
    }

    /** The trend of its category is computed anew for whoever asks next; the others are still right. */
    @PostMapping("/api/v1/sales")
    @ResponseStatus(HttpStatus.CREATED)
    @CacheInvalidate(name = "trends", key = "#sale.category")
    public void sell(@RequestBody Sale sale) {
        database.sql(
                        "insert into sale (category, sold_in, quantity, price) values (:category, :month, :quantity, :price)")
                .paramSource(sale)
                .update();
    }
}
