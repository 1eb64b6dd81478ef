package ualarm.intake;

import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The way from the port to the routes. While routes are exchanged for edited ones, messages that come wait here, and nobody is refused.
 * The lock on this guards who is inside, who waits, and which route takes what.
 */
public final class Gate {

    /** So long a sender waits at most; then it is told to send its message again. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final Map<String, Consumer<RoutingContext>> routes = new HashMap<>();
    private final Map<String, Integer> inside = new HashMap<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private boolean shut;

    /** @param vertx tells when somebody has waited too long */
    Gate(Vertx vertx) {
        this.vertx = vertx;
    }

    /** @param route takes the messages to a path from now on */
    synchronized void set(String path, Consumer<RoutingContext> route) {
        routes.put(path, route);
    }

    /**
     * Hands a message to the route of its path, at once or when the gate is open again. It is to {@link #leave} when it is answered.
     *
     * @param path the route's path
     * @param request whole, on its own thread
     */
    void enter(String path, RoutingContext request) {
        Consumer<RoutingContext> route;
        synchronized (this) {
            if (waits(
                    () -> enter(path, request),
                    () -> request.fail(new IllegalStateException("the routes were exchanged for too long")))) {
                return;
            }
            inside.merge(path, 1, Integer::sum);
            route = routes.get(path);
        }
        route.accept(request);
    }

    /** A message to a path is answered. */
    synchronized void leave(String path) {
        inside.merge(path, -1, Integer::sum);
        notifyAll();
    }

    /**
     * Has something done later, on the thread of who asks, when the gate is shut.
     *
     * @param then what is to be done when it is open again
     * @param otherwise is done in its place when that takes too long
     * @return whether it is done later; else the gate is open, and nothing was done
     */
    synchronized boolean waits(Runnable then, Runnable otherwise) {
        if (!shut) {
            return false;
        }
        var context = vertx.getOrCreateContext();
        Runnable entering = () -> context.runOnContext(go -> then.run());
        waiting.add(entering);
        vertx.setTimer(PATIENCE.toMillis(), late -> {
            if (gaveUp(entering)) {
                context.runOnContext(go -> otherwise.run());
            }
        });
        return true;
    }

    private synchronized boolean gaveUp(Runnable entering) {
        return waiting.remove(entering);
    }

    /**
     * Lets nobody in any more, and waits until those inside have their answers.
     *
     * @param paths whose routes are to be exchanged, or routes that they call
     * @throws InterruptedException when the connector stops
     */
    public synchronized void shut(Set<String> paths) throws InterruptedException {
        shut = true;
        long end = System.nanoTime() + PATIENCE.toNanos() / 2;
        while (paths.stream().anyMatch(path -> inside.getOrDefault(path, 0) > 0) && System.nanoTime() < end) {
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
        }
    }

    /**
     * Lets nobody in any more, and waits until everybody has an answer.
     *
     * @throws InterruptedException when the connector stops
     */
    public synchronized void shut() throws InterruptedException {
        shut(Set.copyOf(routes.keySet()));
    }

    /** Lets everybody in again, those first who have waited. */
    public synchronized void open() {
        shut = false;
        waiting.forEach(Runnable::run);
        waiting.clear();
    }
}
