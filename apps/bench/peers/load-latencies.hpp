// Clocks, and latencies with exact percentiles.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>

inline int64_t nowNs(clockid_t clock = CLOCK_MONOTONIC) {
  timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/** Keeps every latency, so that percentiles are exact. A float is precise to 1 ns up to 16 ms. */
class Latencies {
public:
  void add(int64_t ns) { us_.push_back(static_cast<float>(static_cast<double>(ns) / 1000)); }
  void clear() { us_.clear(); }

  void print(const char *name) {
    std::sort(us_.begin(), us_.end());
    double sum = 0;
    for (const float us : us_) sum += us;
    const double mean = us_.empty() ? 0 : sum / static_cast<double>(us_.size());
    std::printf("\"%s\":{\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"p999\":%.3f,", name, percentile(0.5),
                percentile(0.9), percentile(0.99), percentile(0.999));
    std::printf("\"max\":%.3f,\"mean\":%.3f,\"count\":%zu}", percentile(1), mean, us_.size());
  }

private:
  /** The smallest latency that this share of the requests did not exceed (nearest rank); 0 if there are none. */
  double percentile(double share) const {
    if (us_.empty()) return 0;
    const double rank = std::ceil(share * static_cast<double>(us_.size()));
    return us_[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
  }
  std::vector<float> us_;
};
