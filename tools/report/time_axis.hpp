#pragma once
/// Time from left to right, the same for every picture of a report.
#include <string>

#include "opsim/kernel/time.hpp"

namespace opsim::report {

class TimeAxis {
 public:
  /// `left` and `right` in SVG units; clocks are told from `origin`.
  TimeAxis(SimTime origin, SimTime start, SimTime end, double left, double right)
      : origin_{origin}, start_{start}, end_{end}, left_{left}, right_{right} {}

  [[nodiscard]] double x(SimTime time) const;
  [[nodiscard]] bool shows(SimTime time) const { return start_ <= time && time <= end_; }
  [[nodiscard]] double left() const noexcept { return left_; }
  [[nodiscard]] double right() const noexcept { return right_; }
  [[nodiscard]] SimTime start() const noexcept { return start_; }
  [[nodiscard]] SimTime end() const noexcept { return end_; }
  /// Lines at round times from `top` to `bottom`, with their clock below.
  [[nodiscard]] std::string grid(double top, double bottom) const;

 private:
  SimTime origin_;
  SimTime start_;
  SimTime end_;
  double left_;
  double right_;
};

}  // namespace opsim::report
