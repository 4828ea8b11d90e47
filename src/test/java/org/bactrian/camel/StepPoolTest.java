package org.bactrian.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StepPoolTest {
    private static final int MANY = 20_000;

    @Test
    @Timeout(60)
    void moreIsGivenToItThanItsThreadsCanDo_theGiverRunsNothingItself() throws Exception {
        Thread giver = Thread.currentThread();
        var open = new CompletableFuture<Void>();
        var done = new CountDownLatch(MANY);
        Set<Thread> by = ConcurrentHashMap.newKeySet();
        try (var context = new DefaultCamelContext()) {
            ExecutorService pool = StepPool.of(context, 2);

            for (int i = 0; i < MANY; i++) {
                pool.execute(() -> {
                    if (by.add(Thread.currentThread()) && Thread.currentThread() != giver) {
                        open.join();
                    }
                    done.countDown();
                });
            }
            open.complete(null);
            done.await();
        }

        assertThat(by).hasSize(2).doesNotContain(giver);
    }
}
