# The connector as a container: mvn package, then docker build -t ualarm-milestone-connector . (docs/operating.md tells how to run it.)
# The tag moves; a release names the image by its digest, which "docker buildx imagetools inspect eclipse-temurin:17-jre-noble" tells:
# --build-arg JRE=eclipse-temurin:17-jre-noble@sha256:… (It could not be looked up where this was written.)
ARG JRE=eclipse-temurin:17-jre-noble
FROM ${JRE}

# As install.sh lays it out; only data is the user's, and only data is written.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ualarm \
  && install -d -o ualarm -g ualarm -m 700 /var/lib/ualarm-milestone-connector \
  && install -d /opt/ualarm-milestone-connector/lib /etc/ualarm-milestone-connector \
  && ln -s /var/lib/ualarm-milestone-connector /etc/ualarm-milestone-connector/data

# What changes most comes last.
COPY src/bin/java.options src/bin/ualarm-milestone-connector /opt/ualarm-milestone-connector/bin/
COPY target/ualarm-milestone-connector.jar /opt/ualarm-milestone-connector/
COPY mail /etc/ualarm-milestone-connector/mail/
COPY routes /etc/ualarm-milestone-connector/routes/
COPY application.properties /etc/ualarm-milestone-connector/

# The archive that makes starts quick lies with the data: the rest may be read-only.
ENV CACHE_DIRECTORY=/var/lib/ualarm-milestone-connector/cache
WORKDIR /etc/ualarm-milestone-connector
VOLUME /var/lib/ualarm-milestone-connector
EXPOSE 10000
# By number, so that who runs it sees that it is not root.
USER 10001:10001

# 503: alarms cannot be stored, or no site is set. By bash, because the image need not have curl.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD bash -c 'exec 3<>"/dev/tcp/127.0.0.1/${ALARM_PORT:-10000}" && printf "GET / HTTP/1.0\r\n\r\n" >&3 && read -r _ status _ <&3 && [ "$status" != 503 ]'

ENTRYPOINT ["/opt/ualarm-milestone-connector/bin/ualarm-milestone-connector"]
