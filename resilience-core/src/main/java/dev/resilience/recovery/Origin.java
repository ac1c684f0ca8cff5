package dev.resilience.recovery;

import java.util.List;

/**
 * Where an error comes from: its class and its site. What it says is never kept, because that may be of users.
 *
 * @param error the name of its class
 * @param site the first frame that is the application's, else the first one; empty where there is no stack
 */
record Origin(String error, String site) {

    /** What applications stand on; the reason is seldom there. */
    private static final List<String> FOUNDATIONS = List.of(
            "java.",
            "javax.",
            "jdk.",
            "sun.",
            "com.sun.",
            "jakarta.",
            "kotlin.",
            "org.springframework.",
            "org.apache.",
            "io.netty.",
            "reactor.",
            "dev.resilience.");

    static Origin of(Throwable failure) {
        return new Origin(failure.getClass().getName(), site(failure));
    }

    /** A stack may be put together when it is asked for, and fail then, or be none. */
    private static String site(Throwable failure) {
        try {
            return site(failure.getStackTrace());
        } catch (Throwable unreadable) {
            return "";
        }
    }

    private static String site(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (FOUNDATIONS.stream().noneMatch(frame.getClassName()::startsWith)) {
                return site(frame);
            }
        }
        return stack.length == 0 ? "" : site(stack[0]);
    }

    private static String site(StackTraceElement frame) {
        String simple = frame.getClassName().substring(frame.getClassName().lastIndexOf('.') + 1);
        return simple + "." + frame.getMethodName() + (frame.getLineNumber() > 0 ? ":" + frame.getLineNumber() : "");
    }
}
