# Builds the leaflets on Debian 12.
#   docker build -t leafletkit .
#   docker run --rm leafletkit tar -c dist | tar -x      # takes the finished leaflets out
# Nothing in them is clinically approved.
FROM debian:bookworm-slim

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
RUN rm -rf .venv dist preview && make leaflets
