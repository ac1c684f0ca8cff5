package dev.resilience.sample.sales;

import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * Pieces that somebody has sold.
 *
 * @param month as in {@code 2026-09}
 * @param price of one piece
 */
public record Sale(String category, String month, int quantity, BigDecimal price) {

    private static final Pattern CATEGORY = Pattern.compile("[a-z]{2,40}");
    private static final Pattern MONTH = Pattern.compile("20[0-9]{2}-(0[1-9]|1[0-2])");
    private static final BigDecimal HIGHEST = new BigDecimal("10000");

    public Sale {
        if (category == null || !CATEGORY.matcher(category).matches()) {
            throw new IllegalArgumentException("category must be 2 to 40 lower-case letters");
        }
        if (month == null || !MONTH.matcher(month).matches()) {
            throw new IllegalArgumentException("month must be one of this century, such as 2026-09");
        }
        if (quantity < 1 || quantity > 1000) {
            throw new IllegalArgumentException("quantity must be from 1 to 1000");
        }
        if (price == null || price.scale() > 2 || price.signum() <= 0 || price.compareTo(HIGHEST) > 0) {
            throw new IllegalArgumentException("price must be from 0.01 to 10000, in whole cents");
        }
    }
}
