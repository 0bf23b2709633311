# docker build -t stacktraces . && docker run --rm -v /var/log:/var/log:ro stacktraces log /var/log
FROM python:3.12-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY . /src
RUN python -m venv /opt/stacktraces && /opt/stacktraces/bin/pip install --quiet /src

FROM python:3.12-slim
COPY --from=build /opt/stacktraces /opt/stacktraces
ENV PATH=/opt/stacktraces/bin:$PATH
# Logs are read, and nothing else is needed.
USER nobody
ENTRYPOINT ["stacktraces"]
