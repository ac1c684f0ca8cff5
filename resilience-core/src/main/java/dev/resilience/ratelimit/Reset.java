package dev.resilience.ratelimit;

/** What became of forgetting what one key has charged. */
public enum Reset {

    /** The key had something charged, and has nothing now. */
    FORGOTTEN,

    /** The key has nothing charged, before as after. */
    NOTHING,

    /**
     * The key shares a bucket with others, because more keys came than fit, and that bucket has something charged. It is
     * left as it is: forgetting it would forget what the others have charged.
     */
    SHARED
}
