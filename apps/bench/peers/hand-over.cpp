// The peer of hand-over-job.ts: a queue of one item between two threads, with a mutex and a condition variable. Reports
// the median time from before an item is put until a thread that slept has it.
//
// Usage: hand-over ITEMS
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

using Clock = std::chrono::steady_clock;

int main(int argc, char **argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: hand-over ITEMS\n");
    return 2;
  }
  const int items = std::atoi(argv[1]);
  std::mutex mutex;
  std::condition_variable changed;
  bool full = false;
  std::vector<Clock::time_point> taken;
  std::vector<double> took_ms;

  std::thread taker([&] {
    for (int item = 0; item < items; item++) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return full; });
      taken.push_back(Clock::now());
      full = false;
      changed.notify_one();
    }
  });
  for (int item = 0; item < items; item++) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));  // long enough for the taker to fall asleep
    const auto put = Clock::now();
    std::unique_lock lock(mutex);
    full = true;
    changed.notify_one();
    changed.wait(lock, [&] { return !full; });
    took_ms.push_back(std::chrono::duration<double, std::milli>(taken.back() - put).count());
  }
  taker.join();
  std::sort(took_ms.begin(), took_ms.end());
  std::printf("{\"elapsedMs\": %.6f, \"result\": \"%zu\"}\n", took_ms[took_ms.size() / 2], took_ms.size());
}
