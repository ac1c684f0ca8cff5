package dev.resilience.key;

import org.jspecify.annotations.Nullable;

/** The states of keys with one digest, most often one. Immutable. */
record Chain<S>(@Nullable Object beside, S state, @Nullable Chain<S> next) {

    static <S> @Nullable Chain<S> find(@Nullable Chain<S> chain, @Nullable Object beside) {
        Chain<S> link = chain;
        while (link != null && beside != null && !beside.equals(link.beside)) {
            link = link.next;
        }
        return link;
    }

    static int length(@Nullable Chain<?> chain) {
        return chain == null ? 0 : 1 + length(chain.next);
    }

    static boolean has(@Nullable Chain<?> chain, Object state) {
        return chain != null && (chain.state == state || has(chain.next, state));
    }

    /** The order doesn't matter. */
    static <S> @Nullable Chain<S> without(@Nullable Chain<S> chain, S state) {
        Chain<S> rest = null;
        for (Chain<S> link = chain; link != null; link = link.next) {
            rest = link.state == state ? rest : new Chain<>(link.beside, link.state, rest);
        }
        return rest;
    }
}
