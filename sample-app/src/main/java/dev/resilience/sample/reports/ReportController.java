package dev.resilience.sample.reports;

import dev.resilience.spring.annotation.Bulkhead;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reports that take their time: two at once, four more may wait, the rest is told to come back. */
@RestController
public class ReportController {

    private final JdbcClient database;
    private final ReportProperties properties;

    ReportController(JdbcClient database, ReportProperties properties) {
        this.database = database;
        this.properties = properties;
    }

    @GetMapping("/api/v1/reports/sales")
    @Bulkhead("reports")
    public SalesReport sales() throws InterruptedException {
        Thread.sleep(properties.takes().toMillis());
        Map<String, BigDecimal> revenue = new LinkedHashMap<>();
        database.sql("select category, sum(price * quantity) as revenue from sale group by category order by category")
                .query((row, number) -> Map.entry(row.getString("category"), row.getBigDecimal("revenue")))
                .list()
                .forEach(entry -> revenue.put(entry.getKey(), entry.getValue()));
        return new SalesReport(revenue);
    }
}
