#pragma once
#include <fmt/format.h>

#include <chrono>
#include <ostream>
#include <string>

namespace opsim::cli {

/// How far it is, for a person who waits longer than a second; a pipe is told nothing.
class Progress {
 public:
  Progress(std::size_t all, std::ostream& err, bool shown) : all_{all}, err_{err}, shown_{shown} {}
  ~Progress() {
    if (told_) err_ << "\r" << std::string(40, ' ') << "\r" << std::flush;
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void one_done() {
    ++done_;
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || now - told_at_ < std::chrono::seconds{1}) return;
    told_ = true;
    told_at_ = now;
    err_ << fmt::format("\r{} of {} runs, {:.0f} %", done_, all_,
                        100.0 * static_cast<double>(done_) / static_cast<double>(all_))
         << std::flush;
  }

 private:
  std::size_t all_;
  std::ostream& err_;
  bool shown_;
  bool told_ = false;
  std::size_t done_ = 0;
  std::chrono::steady_clock::time_point told_at_ = std::chrono::steady_clock::now();
};

}  // namespace opsim::cli
