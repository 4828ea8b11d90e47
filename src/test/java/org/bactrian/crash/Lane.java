package org.bactrian.crash;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.bactrian.scenario.Client;
import org.jspecify.annotations.Nullable;

/** One router after the other on the same stores: each goes on with what the one before left, then stops in an order of its own. */
final class Lane implements AutoCloseable {
    /** What is far below all of the order's time limits would be missed for no good reason. */
    private static final long STOP_SECONDS = 40;

    private static final Duration CLOSING = Duration.ofMinutes(1);

    private final Stores stores;
    private final Facts facts;
    private final Till till;
    private final Rest rest;
    private final ExecutorService graveyard = Executors.newCachedThreadPool();
    private @Nullable Life life;
    private Tap tap;

    Lane(Stores stores) {
        this.stores = stores;
        facts = new Facts(stores.urls());
        tap = new Tap(facts);
        till = new Till(stores);
        rest = new Rest(stores);
    }

    /** Undisturbed. */
    Outcome run(Story story) throws IOException {
        Life running = running();
        Placed order = till.prepare(story);
        tap.watch(order.id(), Point.NONE);
        till.place(order, running.application().url()).join();
        return outcome(order, running, true, "");
    }

    /** The router loses all that outlives it there, all at once, and the next one goes on. */
    Outcome cutOff(Story story, Point point) throws IOException, InterruptedException {
        Life first = running();
        Placed order = till.prepare(story);
        tap.watch(order.id(), point);
        var answer = till.place(order, first.application().url());
        boolean stopped = tap.awaitStop(STOP_SECONDS);
        boolean accepted = isTrue(answer);
        abandon();
        return goOn(order, first.name(), stopped, accepted);
    }

    /** The router's process ends there, and the next one goes on. */
    Outcome halt(Story story, Point point) throws IOException, InterruptedException {
        abandon();
        Placed order = till.prepare(story);
        String name;
        boolean stopped;
        boolean accepted;
        try (var first = HaltingRouter.start(stores, order.id(), point)) {
            name = first.name();
            var answer = till.place(order, first.url());
            stopped = first.awaitHalt(STOP_SECONDS);
            accepted = isTrue(answer);
        }
        return goOn(order, name, stopped, accepted);
    }

    /** How many records were given up as poison. */
    long buried() throws ExecutionException, InterruptedException {
        return rest.buried();
    }

    /** @param accepted whether the client has nothing to ask again for */
    private Outcome goOn(Placed order, String ended, boolean stopped, boolean accepted) throws IOException {
        rest.awaitSilence(ended);
        String left = new Statement(stores::sql).log(order);
        Life next = running();
        if (!accepted && !till.place(order, next.application().url()).join()) {
            throw new IllegalStateException("whoever asks again must be accepted");
        }
        return outcome(order, next, stopped, left);
    }

    private Outcome outcome(Placed order, Life running, boolean stopped, String left) {
        rest.awaitEnd(order, running);
        tap.catchUp();
        String found = new Statement(stores::sql).of(order, new Client(running.application()));
        return new Outcome(stopped, left, found, tap.writes());
    }

    private static boolean isTrue(CompletableFuture<Boolean> answer) {
        return answer.isDone() && !answer.isCompletedExceptionally() && answer.join();
    }

    private Life running() throws IOException {
        Life running = life;
        if (running == null) {
            tap = new Tap(facts);
            running = new Life("life-" + UUID.randomUUID(), stores.urls(), stores.brokers(), tap, Map.of());
            tap.endsBy(running::cut);
            life = running;
        }
        return running;
    }

    /** What it has in memory goes on in vain until it has been told to end. */
    private void abandon() {
        Life ended = life;
        life = null;
        if (ended != null) {
            ended.cut();
            var unused = graveyard.submit(() -> {
                ended.close();
                return true;
            });
        }
    }

    @Override
    public void close() throws IOException {
        abandon();
        graveyard.shutdown();
        await().atMost(CLOSING).until(graveyard::isTerminated);
        till.close();
        rest.close();
        facts.close();
        stores.close();
    }
}
