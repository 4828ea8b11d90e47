package org.bactrian.barrier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import java.io.IOException;
import java.net.ConnectException;
import java.sql.SQLException;
import java.util.UUID;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.WakeupException;
import org.bactrian.saga.SagaId;
import org.bactrian.saga.SagaReleased;
import org.junit.jupiter.api.Test;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.UncategorizedSQLException;
import org.springframework.transaction.TransactionSystemException;

class OutageTest {
    @Test
    void databaseOrBrokerAway_isAnOutage() {
        assertThat(Outage.among(new CannotGetJdbcConnectionException("no", new SQLException("timed out"))))
                .isTrue();
        assertThat(Outage.among(new TransactionSystemException("rollback failed", new SQLException("closed"))))
                .isTrue();
        assertThat(Outage.among(new IllegalStateException(new SQLException("shutdown", "57P01"))))
                .isTrue();
        assertThat(Outage.among(new UncategorizedSQLException("insert", null, new SQLException("read-only", "25006"))))
                .isTrue();
        assertThat(Outage.among(new BadSqlGrammarException("x", "SELECT oops", new SQLException("no column", "42703"))))
                .isTrue();
        assertThat(Outage.among(new HttpOperationFailedException("http://x", 503, "busy", null, null, null)))
                .isTrue();
        assertThat(Outage.among(new CannotAcquireLockException("deadlock"))).isTrue();
        assertThat(Outage.among(new RuntimeCamelException(new ConnectException("refused"))))
                .isTrue();
        assertThat(Outage.among(new org.apache.kafka.common.errors.TimeoutException("60 s")))
                .isTrue();
        assertThat(Outage.among(new SagaReleased(SagaId.of(UUID.randomUUID().toString()))))
                .isTrue();
    }

    @Test
    void offsetThatCannotBeCommitted_isAnOutage() {
        assertThat(Outage.among(new RuntimeCamelException(new CommitFailedException("not in the group"))))
                .isTrue();
        assertThat(Outage.among(new WakeupException())).isTrue();
    }

    @Test
    void limitOfTheProgram_isNone() {
        assertThat(Outage.among(
                        new DataAccessResourceFailureException("limit", new SQLException("index row size", "54000"))))
                .isFalse();
        assertThat(Outage.among(new TransactionSystemException("rolled back", new SQLException("too deep", "54001"))))
                .isFalse();
    }

    @Test
    void recordThatFailsTheSameWayAgain_isNone() {
        assertThat(Outage.among(null)).isFalse();
        assertThat(Outage.among(new HttpOperationFailedException("http://x", 404, "gone", null, null, null)))
                .isFalse();
        assertThat(Outage.among(new IllegalArgumentException("no sagaId"))).isFalse();
        assertThat(Outage.among(new DataIntegrityViolationException("null", new SQLException("null", "23502"))))
                .isFalse();
        assertThat(Outage.among(new SQLException("a trigger", "P0001"))).isFalse();
        assertThat(Outage.among(new SQLException("no state"))).isFalse();
        assertThat(Outage.among(new JsonParseException(null, "oops"))).isFalse();
        assertThat(Outage.among(new IOException("oops", new JsonParseException(null, "oops"))))
                .isTrue();
    }
}
