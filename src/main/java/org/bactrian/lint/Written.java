package org.bactrian.lint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.bactrian.routes.RouteFault;

/** All routes that a set of route files makes, and what is found by what it is called. */
public final class Written implements AutoCloseable {
    private static final List<String> LOCAL = List.of("direct", "seda");

    private final Ground ground;
    private final Reading reading;
    private final List<WrittenRoute> routes;
    private final IdentityHashMap<WrittenRoute, Address> consumed = new IdentityHashMap<>();
    private final Map<Address, WrittenRoute> uses = new HashMap<>();

    private Written(Ground ground, Reading reading) {
        this.ground = ground;
        this.reading = reading;
        this.routes = reading.routes();
        routes.forEach(route -> from(route).ifPresent(address -> consumed.put(route, address)));
    }

    /**
     * Reads them; nothing is started. Kamelets that are not among them are looked for where the configuration says.
     *
     * @param texts by file
     * @throws Unreadable with the faults of all files
     */
    public static Written read(Ground ground, Map<Path, String> texts) {
        var reading = new Reading(ground);
        try {
            reading.readTexts(texts);
            return new Written(ground, reading);
        } catch (RuntimeException e) {
            reading.close();
            throw e;
        }
    }

    @Override
    public void close() {
        reading.close();
    }

    List<WrittenRoute> routes() {
        return routes;
    }

    Ground ground() {
        return ground;
    }

    Stream<WrittenRoute> pipelines() {
        return routes.stream().filter(route -> isFrom(route, "pipeline"));
    }

    Stream<WrittenRoute> steps() {
        return routes.stream().filter(WrittenRoute::isStep);
    }

    /** Bean names to types, of those that the files make. */
    Map<String, String> beans() {
        return reading.beans();
    }

    boolean isBean(String name) {
        return reading.beans().containsKey(name) || ground.beans().test(name);
    }

    /** Camel takes a class's name for a bean's, too. */
    boolean isBeanOrClass(String name) {
        return isBean(name)
                || (name.contains(".") && ground.context().getClassResolver().resolveClass(name) != null);
    }

    /** The routes that take what is sent there; several if that depends on the message. */
    List<WrittenRoute> consumers(Address address) {
        if (address.scheme().equals("kamelet")) {
            return use(address).stream().toList();
        }
        if (!LOCAL.contains(address.scheme())) {
            return List.of();
        }
        return routes.stream()
                .filter(route -> Optional.ofNullable(consumed.get(route))
                        .filter(from -> from.scheme().equals(address.scheme()))
                        .filter(from -> address.canBe(from.path()))
                        .isPresent())
                .toList();
    }

    /** Whether what is sent there is taken by a route among these, if by anything. */
    static boolean isLocal(Address address) {
        return LOCAL.contains(address.scheme()) || address.scheme().equals("kamelet");
    }

    private boolean isFrom(WrittenRoute route, String scheme) {
        return Optional.ofNullable(consumed.get(route))
                .filter(from -> from.scheme().equals(scheme))
                .isPresent();
    }

    /** Empty if its address has a key without value, or options that are none, so that it consumes from nowhere; that is told elsewhere. */
    private static Optional<Address> from(WrittenRoute route) {
        try {
            return Optional.ofNullable(route.definition().getInput()).map(input -> route.from());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Each address is one use, wherever it is called. */
    private Optional<WrittenRoute> use(Address address) {
        if (!uses.containsKey(address)) {
            kamelet(address.path().replaceFirst("/.*", ""), address.options())
                    .ifPresent(route -> uses.put(address, route));
        }
        return Optional.ofNullable(uses.get(address));
    }

    private Optional<WrittenRoute> kamelet(String name, Map<String, String> parameters) {
        return reading.use(name, parameters).or(() -> {
            find(name).ifPresent(this::read);
            return reading.use(name, parameters);
        });
    }

    private Optional<Resource> find(String kamelet) {
        String locations =
                ground.context().resolvePropertyPlaceholders("{{camel.component.kamelet.location:classpath:kamelets}}");
        return Stream.of(locations.split(","))
                .map(location -> location.strip() + "/" + kamelet + ".kamelet.yaml")
                .map(PluginHelper.getResourceLoader(ground.context())::resolveResource)
                .filter(Resource::exists)
                .findFirst();
    }

    private void read(Resource resource) {
        Path path = Path.of(resource.getLocation().replaceFirst("^[a-z]+:", ""));
        try (InputStream in = resource.getInputStream()) {
            reading.readTexts(Map.of(path, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new Unreadable(List.of(new RouteFault(path, 1, "cannot be read: " + e.getMessage())));
        }
    }
}
