package org.bactrian.camel;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.bactrian.log.LogListener;
import org.bactrian.saga.Content;
import org.bactrian.saga.Folded;
import org.bactrian.saga.LoggedSignal;
import org.bactrian.saga.OperatorWord;
import org.bactrian.saga.OwnedSaga;
import org.bactrian.saga.Resumption;
import org.bactrian.saga.SagaDriver;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaRecord;
import org.bactrian.saga.Surroundings.Alarm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Goes on with the sagas that become this process's, from where their records left them. */
final class Takeovers implements LogListener {
    /** How long one waits whose time has not come, until it is asked for again. */
    private static final Duration LATER = Duration.ofMillis(50);

    private static final Logger LOG = LoggerFactory.getLogger(Takeovers.class);

    private final CamelContext context;
    private final LiveSagas live;
    private final Declared declared;
    private final Services services;
    private volatile boolean open;

    Takeovers(CamelContext context, LiveSagas live, Declared declared, Services services) {
        this.context = context;
        this.live = live;
        this.declared = declared;
        this.services = services;
    }

    /** From now on there are routes to run sagas with. */
    void open() {
        open = true;
    }

    @Override
    public int room() {
        int most = services.settings().limits().live();
        return open && !live.isSetAside() ? Math.min(services.places().free(), Math.max(0, most - live.size())) : 0;
    }

    @Override
    public void claimed(OwnedSaga owned) {
        int term = live.term();
        if (live.get(owned.id()).isPresent()) {
            LOG.warn("saga {} was handed over, but it is driven here already", owned.id());
            return;
        }
        Place place =
                declared.isManual(owned.pipeline()) ? Place.none(services.places()) : Place.take(services.places());
        try {
            Folded folded = Folded.of(owned);
            String described = owned.key() == null ? owned.pipeline() : owned.pipeline() + "/" + owned.key();
            boolean canBeRepeated = folded.payload().isPresent();
            var saga = new SagaCoordinator(
                    owned.id(), folded, services, place, (run, payload) -> run(run, owned.pipeline(), payload));
            live.add(saga, term, described, canBeRepeated);
            if (saga.isReleased()) {
                services.watch(
                        services.pause(LATER).thenRun(() -> services.log().handOver(owned.id())), owned.id());
                return;
            }
            Map<Boolean, List<LoggedSignal>> signals = owned.signals().stream()
                    .collect(Collectors.partitioningBy(signal -> signal.name().startsWith(OperatorWord.RESERVED)));
            signals.getOrDefault(false, List.of()).forEach(saga::signalled);
            saga.ask(driver -> {
                goOn(driver, owned, folded);
                signals.getOrDefault(true, List.of()).forEach(saga::signalled); // before its run can begin anything
                return owned;
            });
        } catch (RuntimeException e) {
            place.leave();
            LOG.error("saga {} cannot go on: it is parked", owned.id(), e);
            services.watch(parkUnread(owned, e), owned.id());
        }
    }

    @Override
    public void signalled(SagaId saga, LoggedSignal signal) {
        live.get(saga).ifPresent(driven -> driven.signalled(signal));
    }

    @Override
    public void fenced() {
        LOG.warn("another process was given this one's {} sagas: they are dropped here", live.size());
        live.lose();
    }

    private void goOn(SagaDriver driver, OwnedSaga owned, Folded folded) {
        Instant now = services.databaseClock().instant();
        Optional<Instant> deadline = Optional.ofNullable(owned.deadline());
        var takeover = new Resumption.Takeover(
                owned.claims(),
                deadline.filter(end -> !end.isAfter(now)).isPresent(),
                declared.isManual(owned.pipeline()));
        Optional<Alarm.TimeLimit> limit = deadline.map(
                end -> new Alarm.TimeLimit(Duration.between(now, end), "its time limit was over at %s".formatted(end)));
        Resumption next = driver.resume(folded.payload(), takeover, limit);
        LOG.atInfo()
                .addKeyValue("saga", owned.id())
                .addKeyValue("claims", owned.claims())
                .addKeyValue("next", next.getClass().getSimpleName())
                .log("saga taken over");
    }

    private void run(SagaCoordinator saga, String pipeline, Content payload) {
        Optional<PipelineConsumer> consumer = Optional.ofNullable(
                        context.getComponent("pipeline", PipelineComponent.class))
                .flatMap(component -> component.find(pipeline));
        if (consumer.isPresent()) {
            consumer.get().run(saga, payload);
        } else {
            services.watch(
                    saga.park(
                            "no pipeline %s runs here any more, so it cannot go on. Start or restore the route 'from: pipeline:%s', then retry the saga; or cancel it."
                                    .formatted(pipeline, pipeline)),
                    saga.id());
        }
    }

    /** What cannot be folded cannot be driven, nor appended to by its rules; the reason is all that can be added. */
    private CompletableFuture<Void> parkUnread(OwnedSaga owned, RuntimeException why) {
        int last = owned.records().stream().mapToInt(OwnedSaga.Entry::seq).max().orElse(0);
        return services.log()
                .append(
                        owned.id(),
                        last + 1,
                        new SagaRecord.Parked(
                                "its records do not make sense: %s. This is a fault of the router's; report it with the saga's records."
                                        .formatted(why.getMessage())));
    }
}
