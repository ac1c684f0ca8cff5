package dev.resilience.sample.reports;

import dev.resilience.spring.annotation.Bulkhead;
import dev.resilience.spring.annotation.Timeout;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
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

    /**
     * Sales of all time. Databases don't hear interrupts, so nobody waits on the thread that asks one.
     *
     * @param background whether nobody is waiting for it, such as on a board that renews itself: then users come first
     */
    @GetMapping("/api/v1/reports/sales")
    @Timeout("reports")
    @Bulkhead(name = "reports", priority = "#background ? 'low' : 'normal'")
    public SalesReport sales(@RequestParam(defaultValue = "false") boolean background) throws InterruptedException {
        Thread.sleep(properties.takes().toMillis());
        Map<String, BigDecimal> revenue = new LinkedHashMap<>();
        database.sql("select category, sum(price * quantity) as revenue from sale group by category order by category")
                .query((row, number) -> Map.entry(row.getString("category"), row.getBigDecimal("revenue")))
                .list()
                .forEach(entry -> revenue.put(entry.getKey(), entry.getValue()));
        return new SalesReport(revenue);
    }
}
