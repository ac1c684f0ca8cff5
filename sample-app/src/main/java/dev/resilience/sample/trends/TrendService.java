package dev.resilience.sample.trends;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Computes trends from all sales there are. */
@Service
public class TrendService {

    private final JdbcClient database;
    private final AtomicLong computations = new AtomicLong();

    TrendService(JdbcClient database) {
        this.database = database;
    }

    /** The trend of a category as it is now. */
    public Trend trend(String category) {
        computations.incrementAndGet();
        List<Long> sold = database.sql(
                        "select sum(quantity) from sale where category = :category group by sold_in order by sold_in")
                .param("category", category)
                .query(Long.class)
                .list();
        return new Trend(category, sold);
    }

    /** How often a trend was really computed. */
    public long computations() {
        return computations.get();
    }
}
