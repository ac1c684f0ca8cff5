/** Who a request comes from: its address, as far as the proxies in front of us can be believed. Knows no web. */
@NullMarked
package dev.resilience.spring.caller;

import org.jspecify.annotations.NullMarked;
