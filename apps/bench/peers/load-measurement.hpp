// What a load measures, and when: first all clients reach the state of their kind, then the server is warmed, then the
// measured time begins. At its end the result is printed as one line of JSON.
#pragma once
#include "load-options.hpp"
#include <algorithm>
#include <cmath>
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

class Measurement {
public:
  /** Whether all clients have reached their state. */
  bool started() const { return phase_ != Phase::starting; }
  bool over() const { return phase_ == Phase::over; }
  void end() { phase_ = Phase::over; }

  void addBytes(std::size_t bytes) { bytes_ += bytes; }
  /** Adds the time from a request to its N. */
  void addCount(int64_t ns) { counts_.add(ns); }
  /** Adds the time from a request to the end of its right answer. */
  void addRequest(const Options &options, int64_t ns) {
    latencies_.add(ns);
    requests_++;
    complete(options);
  }
  /** Errors count from the start on, not only in the measured time. */
  void addError(const Options &options) {
    errors_++;
    complete(options);
  }
  void addSleep(int64_t ns) { sleptNs_ += ns; }

  /** Takes a sample of the bytes that each client has received: their sum, and the sum of their squares. */
  void addFairness(double sum, double squares, double clients) {
    // Jain's index: 1 if all have the same, 1/n if one has everything (Jain, Chiu & Hawe, DEC-TR-301, 1984).
    leastJain_ = std::min(leastJain_, squares == 0 ? 1 : sum * sum / (clients * squares));
  }

  /** Enters the next phase when it is due. */
  void move(const Options &options, int64_t now, bool allPlaced) {
    if (phase_ == Phase::starting && allPlaced) {
      std::puts("ready");
      std::fflush(stdout);
      phase_ = Phase::warming;
      dueNs_ = now + options.warmupNs();
    }
    if (phase_ == Phase::warming && (options.timed() ? now >= dueNs_ : completed_ >= options.warmupRequests)) {
      beginMeasuring(options);
    }
    if (phase_ == Phase::measuring && options.timed() && now >= dueNs_) end();
  }

  /** When the clock ends this phase; INT64_MAX if something else does. */
  int64_t dueNs(const Options &options) const {
    return options.timed() && phase_ != Phase::starting ? dueNs_ : INT64_MAX;
  }

  void print(const Options &options) {
    const bool measured = beganNs_ > 0;
    if (!measured) clear();
    const int64_t elapsedNs = measured ? nowNs() - beganNs_ : 0;
    const int64_t cpuNs = measured ? nowNs(CLOCK_PROCESS_CPUTIME_ID) - beganCpuNs_ : 0;
    const auto ms = [](int64_t ns) { return static_cast<double>(ns) / 1e6; };
    const auto wide = [](uint64_t value) { return static_cast<unsigned long long>(value); };
    std::printf("{\"kind\":\"%s\",\"clients\":%d,\"requests\":%llu,\"errors\":%llu,", options.kindName, options.clients,
                wide(requests_), wide(errors_));
    std::printf("\"elapsedMs\":%.3f,\"cpuMs\":%.3f,\"bytes\":%llu,", ms(elapsedNs), ms(cpuNs), wide(bytes_));
    latencies_.print("latencyUs");
    std::printf(",");
    counts_.print("countUs");
    if (leastJain_ <= 1) std::printf(",\"jain\":%.6f", leastJain_);
    else std::printf(",\"jain\":null");
    std::printf(",\"busy\":%.4f}\n", measured ? 1 - ms(sleptNs_) / ms(elapsedNs) : 0.0);
  }

private:
  enum class Phase { starting, warming, measuring, over };

  void complete(const Options &options) {
    completed_++;
    if (phase_ == Phase::measuring && options.requests > 0 && completed_ - completedBefore_ >= options.requests) end();
  }

  void beginMeasuring(const Options &options) {
    phase_ = Phase::measuring;
    clear();
    completedBefore_ = completed_;
    beganNs_ = nowNs();
    beganCpuNs_ = nowNs(CLOCK_PROCESS_CPUTIME_ID);
    dueNs_ = beganNs_ + options.secondsNs();
  }

  /** Resets the counters of the measured time. */
  void clear() {
    requests_ = bytes_ = 0;
    sleptNs_ = 0;
    latencies_.clear();
    counts_.clear();
  }

  Phase phase_ = Phase::starting;
  int64_t dueNs_ = 0;
  /** Right answers and errors: all, and those before the measured time. */
  uint64_t completed_ = 0, completedBefore_ = 0;
  uint64_t requests_ = 0, errors_ = 0, bytes_ = 0;
  int64_t beganNs_ = 0, beganCpuNs_ = 0, sleptNs_ = 0;
  Latencies latencies_, counts_;
  /** Above 1: no sample was taken. */
  double leastJain_ = 2;
};
