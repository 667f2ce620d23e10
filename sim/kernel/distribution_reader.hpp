#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/kernel/distribution.hpp"

namespace opsim {

/// A value as the text had it: how much, in which unit, and how to write it again.
struct ReadAmount {
  double value = 0;  // seconds, or the number, or the share
  Distribution::Unit unit = Distribution::Unit::number;
  std::string text;
};

/// "40s", "1.5", "97 %".
std::optional<ReadAmount> read_quantity(std::string_view text);
/// A duration or a number written so that reading it gives the same value.
std::string exact_text(Duration duration);
std::string number_text(double value);

/// Reads the text of one Distribution. The first thing wrong ends it and is described.
class DistributionReader {
 public:
  explicit DistributionReader(std::string_view text) : text_{text} {}
  ParsedDistribution read();

 private:
  struct Argument {
    std::string_view name;  // empty if it has none
    ReadAmount quantity;
  };
  struct Shape;
  static const Shape kShapes[];
  static const Shape* find_shape(std::string_view name);

  bool read_constant();
  bool read_shape(const Shape& shape, std::string_view inside);
  bool read_argument(std::string_view text);
  bool agree_on_unit();
  bool fail(std::string message);

  [[nodiscard]] const ReadAmount* find(std::string_view name) const;
  [[nodiscard]] bool has_only(std::string_view first, std::string_view second) const;
  bool set_two(std::string_view first, std::string_view second);
  bool build_uniform();
  bool build_exponential();
  bool build_lognormal();
  bool build_from_mean_and_sd();
  bool build_normal();
  bool build_gamma();
  bool build_weibull();
  bool build_empirical();

  std::string_view text_;
  const Shape* shape_ = nullptr;
  std::vector<Argument> arguments_;
  Distribution made_;
  std::string error_;
};

}  // namespace opsim
