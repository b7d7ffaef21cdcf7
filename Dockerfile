# Builds the leaflets on Debian 12.
#   docker build -t leafletkit .
#   docker run --rm leafletkit tar -c dist | tar -x      # takes the finished leaflets out
# Nothing in them is clinically approved.
FROM debian:bookworm-slim AS program

# The packages of RUN_PACKAGES in the Makefile, and make itself.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
    ca-certificates make \
    python3-venv libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    fonts-noto-core fonts-noto-cjk fonts-sil-andika \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /leafletkit
COPY . .
# What a build on the host has left behind does not fit in here.
RUN rm -rf .venv dist preview && make setup

# The program for every machine of a cluster: docs/how-to/cluster.md
#   docker build --target cluster -t leafletkit-cluster .
FROM program AS cluster
RUN .venv/bin/python -m pip install --no-cache-dir --only-binary :all: distributed==2026.8.0
ENV PYTHONPATH=/leafletkit/src

FROM program
RUN make leaflets
