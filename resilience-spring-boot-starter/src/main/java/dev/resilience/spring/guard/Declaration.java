package dev.resilience.spring.guard;

import java.util.List;
import java.util.Map;

/**
 * One policy that an annotation places on a method.
 *
 * @param kind the id of its kind
 * @param name what the annotation calls it; empty where it says nothing
 * @param value the bare value, which may be the name or short for something; empty where there is none
 * @param attributes what else the annotation says, as texts by the name of the property
 * @param origin where the annotation is, such as {@code annotation QuoteService#quote}
 */
record Declaration(String kind, String name, String value, Map<String, List<String>> attributes, String origin) {}
