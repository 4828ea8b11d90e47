package org.bactrian.lint;

import java.nio.file.Path;

/**
 * Where something is written.
 *
 * @param line from 1
 * @param route the route's id, or the Kamelet's name
 */
public record Place(Path file, int line, String route) {}
