package dev.resilience.failure;

/**
 * HTTP statuses as people write them: one ({@code 429}), a class ({@code 5xx}), or a range ({@code 500-504}).
 *
 * @param least the smallest status, included
 * @param most the largest status, included
 */
public record StatusRange(int least, int most) {

    private static final int SMALLEST = 100;
    private static final int LARGEST = 599;

    /** @throws IllegalArgumentException with a reason that completes the sentence "the value …" */
    public StatusRange {
        if (least < SMALLEST || most > LARGEST || least > most) {
            throw new IllegalArgumentException(
                    "is no HTTP status; use one from 100 to 599, a class such as 5xx, or 500-504");
        }
    }

    /** Reads statuses as this type writes them. */
    public static StatusRange parse(String text) {
        String plain = text.trim().toLowerCase(java.util.Locale.ROOT);
        if (plain.matches("[1-5]xx")) {
            int first = (plain.charAt(0) - '0') * 100;
            return new StatusRange(first, first + 99);
        }
        if (!plain.matches("\\d{3}(\\s*-\\s*\\d{3})?")) {
            return new StatusRange(0, 0);
        }
        int last = plain.length() - 3;
        return new StatusRange(Integer.parseInt(plain.substring(0, 3)), Integer.parseInt(plain.substring(last)));
    }

    /** Whether the status is one of these. */
    public boolean includes(int status) {
        return least <= status && status <= most;
    }

    /** Whether all of the others are among these. */
    public boolean includes(StatusRange others) {
        return least <= others.least && others.most <= most;
    }

    @Override
    public String toString() {
        if (least == most) {
            return Integer.toString(least);
        }
        boolean wholeClass = least % 100 == 0 && most == least + 99;
        return wholeClass ? least / 100 + "xx" : least + "-" + most;
    }
}
