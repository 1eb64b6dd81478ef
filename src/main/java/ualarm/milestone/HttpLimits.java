package ualarm.milestone;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;

/**
 * Bounds how long an answer takes from its first byte to its last, and how long it is. HttpClient bounds only the silence between two bytes: an answer that
 * comes a byte a second would hold its thread for as long as it lasts, one without end would fill the memory.
 */
final class HttpLimits implements HttpClientConfigurer {

    /** What is done takes no longer, ... */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** ... and its answer tells little. */
    private static final long MOST = 1 << 20;

    /** Lists are longer: a thousand cameras a page, and a version that knows no pages sends them all. */
    private static final Duration LONGEST_READING = Duration.ofMinutes(2);

    private static final long MOST_READ = 32 << 20;

    private final ScheduledExecutorService clock;
    private final Duration longest;
    private final Duration longestReading;

    /** @param clock ends what takes too long */
    HttpLimits(ScheduledExecutorService clock) {
        this(clock, LONGEST, LONGEST_READING);
    }

    HttpLimits(ScheduledExecutorService clock, Duration longest, Duration longestReading) {
        this.clock = clock;
        this.longest = longest;
        this.longestReading = longestReading;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder client) {
        client.addExecInterceptorFirst("limits", new Limits());
    }

    private final class Limits implements ExecChainHandler {
        @Override
        public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
                throws IOException, HttpException {
            boolean isReading = Method.GET.isSame(request.getMethod());
            var call = new Call(scope, isReading ? longestReading : longest, isReading ? MOST_READ : MOST);
            ClassicHttpResponse response = null;
            try {
                response = chain.proceed(request, scope);
            } catch (IOException e) {
                throw call.inWords(e);
            } finally {
                if (response == null || response.getEntity() == null) {
                    call.end();
                }
            }
            if (response.getEntity() != null) {
                response.setEntity(call.bounded(response.getEntity()));
            }
            return response;
        }
    }

    /** A request, until its answer has been read. */
    private final class Call {
        private final ExecChain.Scope scope;
        private final Duration longest;
        private final long most;
        private final ScheduledFuture<?> cut;
        private volatile boolean isLate;

        Call(ExecChain.Scope scope, Duration longest, long most) {
            this.scope = scope;
            this.longest = longest;
            this.most = most;
            cut = clock.schedule(this::cut, longest.toMillis(), TimeUnit.MILLISECONDS);
        }

        private void cut() {
            isLate = true;
            scope.execRuntime.discardEndpoint();
        }

        void end() {
            cut.cancel(false);
        }

        /** An answer that was cut off reads as one that did not come in time. */
        IOException inWords(IOException failure) {
            if (!isLate) {
                return failure;
            }
            var late = new InterruptedIOException("The answer took longer than " + longest.toSeconds() + " s.");
            late.initCause(failure);
            return late;
        }

        HttpEntity bounded(HttpEntity entity) {
            return new HttpEntityWrapper(entity) {
                @Override
                public InputStream getContent() throws IOException {
                    return new Bounded(super.getContent());
                }
            };
        }

        private final class Bounded extends FilterInputStream {
            private long left = most;

            Bounded(InputStream in) {
                super(in);
            }

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = readMore(bytes, offset, length);
                left -= Math.max(0, count);
                if (left < 0) {
                    // Else what is left would be read when it is closed.
                    scope.execRuntime.discardEndpoint();
                    throw new MessageConstraintException("The answer is longer than " + most + " bytes.");
                }
                return count;
            }

            private int readMore(byte[] bytes, int offset, int length) throws IOException {
                try {
                    return super.read(bytes, offset, length);
                } catch (IOException e) {
                    throw inWords(e);
                }
            }

            @Override
            public void close() throws IOException {
                end();
                super.close();
            }
        }
    }
}
