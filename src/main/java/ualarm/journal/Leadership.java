package ualarm.journal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.cluster.CamelClusterMember;
import org.apache.camel.support.cluster.AbstractCamelClusterService;
import org.apache.camel.support.cluster.AbstractCamelClusterView;

/**
 * Camel's cluster service among the connectors on one journal: for each thing to be done by one of them, its namespace, one leads. With
 * an embedded journal there is no other.
 */
public final class Leadership extends AbstractCamelClusterService<Leadership.View> {

    private final CompletableFuture<Journal> opening;

    /** @param opening the journal, which may still be opening */
    public Leadership(CompletableFuture<Journal> opening) {
        this.opening = opening;
    }

    @Override
    protected View createView(String namespace) {
        return new View(namespace);
    }

    /** One namespace, as this connector sees it: it knows of itself only. */
    final class View extends AbstractCamelClusterView {

        private volatile boolean leads;
        private AutoCloseable candidacy = () -> {};

        private final CamelClusterMember own = new CamelClusterMember() {
            @Override
            public boolean isLeader() {
                return leads;
            }

            @Override
            public boolean isLocal() {
                return true;
            }

            @Override
            public String getId() {
                return "own";
            }
        };

        View(String namespace) {
            super(Leadership.this, namespace);
        }

        @Override
        public Optional<CamelClusterMember> getLeader() {
            return leads ? Optional.of(own) : Optional.empty();
        }

        @Override
        public CamelClusterMember getLocalMember() {
            return own;
        }

        @Override
        public List<CamelClusterMember> getMembers() {
            return List.of(own);
        }

        @Override
        protected void doStart() throws Exception {
            candidacy = opening.join().stand(getNamespace(), this::leads);
        }

        private void leads(boolean isLeader) {
            if (leads != isLeader) {
                leads = isLeader;
                fireLeadershipChangedEvent(isLeader ? own : null);
            }
        }

        @Override
        protected void doStop() throws Exception {
            leads(false);
            candidacy.close();
        }
    }
}
