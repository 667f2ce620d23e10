#include "sim/kernel/distribution_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/portable_math.hpp"

namespace opsim {

namespace {

constexpr std::size_t kLongestText = 10'000;
constexpr std::size_t kMostArguments = 1'000;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<double> read_number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

/// "p99" is 0.99, "median" 0.5.
std::optional<double> percentile_of(std::string_view name) {
  if (name == "median") return 0.5;
  if (name.size() < 2 || name.front() != 'p') return std::nullopt;
  const auto percent = read_number(name.substr(1));
  if (!percent || *percent <= 0 || *percent >= 100) return std::nullopt;
  return *percent / 100;
}

}  // namespace

std::string number_text(double value) { return fmt::format("{}", value); }

std::string exact_text(Duration duration) {
  struct Unit {
    std::int64_t nanos;
    std::string_view name;
  };
  constexpr Unit kUnits[] = {{86'400'000'000'000, "d"}, {3'600'000'000'000, "h"},
                             {60'000'000'000, "min"},   {1'000'000'000, "s"},
                             {1'000'000, "ms"},         {1'000, "us"}};
  const std::int64_t nanos = duration.count();
  if (nanos == 0) return "0 s";
  for (const Unit& unit : kUnits) {
    if (nanos % unit.nanos == 0) return fmt::format("{} {}", nanos / unit.nanos, unit.name);
  }
  return fmt::format("{} ns", nanos);
}

std::optional<ReadAmount> read_quantity(std::string_view text) {
  text = trimmed(text);
  if (const auto duration = parse_duration(text)) {
    return ReadAmount{static_cast<double>(duration->count()) / 1e9, Distribution::Unit::duration,
                      exact_text(*duration)};
  }
  const bool percent = text.ends_with('%');
  if (percent) text = trimmed(text.substr(0, text.size() - 1));
  const auto number = read_number(text);
  if (!number) return std::nullopt;
  if (percent)
    return ReadAmount{*number / 100, Distribution::Unit::percent, number_text(*number) + " %"};
  return ReadAmount{*number, Distribution::Unit::number, number_text(*number)};
}

struct DistributionReader::Shape {
  std::string_view name;
  std::string_view expected;
  Distribution::Kind kind;
  bool (DistributionReader::*build)();
};

// To add a kind: its function below, one row here, and its cases in distribution.cpp.
const DistributionReader::Shape DistributionReader::kShapes[] = {
    {"empirical", "empirical(30s, 40s, 41s)", Distribution::Kind::empirical,
     &DistributionReader::build_empirical},
    {"exponential", "exponential(mean 5min)", Distribution::Kind::exponential,
     &DistributionReader::build_exponential},
    {"gamma", "gamma(mean 5min, shape 2)", Distribution::Kind::gamma,
     &DistributionReader::build_gamma},
    {"lognormal", "lognormal(p50 40s, p99 3min), any two percentiles, or mean and sd",
     Distribution::Kind::lognormal, &DistributionReader::build_lognormal},
    {"normal", "normal(mean 40s, sd 5s)", Distribution::Kind::normal,
     &DistributionReader::build_normal},
    {"uniform", "uniform(10s, 20s)", Distribution::Kind::uniform,
     &DistributionReader::build_uniform},
    {"weibull", "weibull(scale 5min, shape 1.5)", Distribution::Kind::weibull,
     &DistributionReader::build_weibull},
};

const DistributionReader::Shape* DistributionReader::find_shape(std::string_view name) {
  const auto* const found = std::ranges::find(kShapes, name, &Shape::name);
  return found == std::end(kShapes) ? nullptr : found;
}

ParsedDistribution Distribution::parse(std::string_view text) {
  return DistributionReader{text}.read();
}

ParsedDistribution DistributionReader::read() {
  if (text_.size() > kLongestText) {
    fail(fmt::format("a distribution of {} characters; at most {} are read", text_.size(),
                     kLongestText));
    return {std::nullopt, error_};
  }
  text_ = trimmed(text_);
  const std::size_t open = text_.find('(');
  bool good = false;
  if (open == std::string_view::npos) {
    good = read_constant();
  } else {
    const std::string_view name = trimmed(text_.substr(0, open));
    shape_ = find_shape(name);
    if (shape_ == nullptr) {
      fail(fmt::format(
          "\"{}\" is not a kind of distribution; known are empirical, exponential, gamma, "
          "lognormal, normal, uniform, weibull, or just a value",
          name));
    } else if (!text_.ends_with(')')) {
      fail("the closing \")\" is missing");
    } else {
      good = read_shape(*shape_, text_.substr(open + 1, text_.size() - open - 2));
    }
  }
  if (!good) return {std::nullopt, error_};
  return {made_, {}};
}

bool DistributionReader::fail(std::string message) {
  error_ = std::move(message);
  if (shape_ != nullptr) error_ += fmt::format("; expected {}", shape_->expected);
  return false;
}

bool DistributionReader::read_constant() {
  const auto quantity = read_quantity(text_);
  if (!quantity) {
    return fail(
        fmt::format("\"{}\" is neither a value (40s, 5, 97 %) nor a distribution, such as "
                    "lognormal(p50 40s, p99 3min)",
                    text_));
  }
  made_.unit_ = quantity->unit;
  made_.first_ = quantity->value;
  made_.text_ = quantity->text;
  return true;
}

bool DistributionReader::read_shape(const Shape& shape, std::string_view inside) {
  while (true) {
    const std::size_t comma = inside.find(',');
    if (arguments_.size() == kMostArguments) {
      return fail(fmt::format("more than {} values", kMostArguments));
    }
    if (!read_argument(trimmed(inside.substr(0, comma)))) return false;
    if (comma == std::string_view::npos) break;
    inside.remove_prefix(comma + 1);
  }
  made_.kind_ = shape.kind;
  if (!agree_on_unit() || !(this->*shape.build)()) return false;
  made_.text_ = fmt::format("{}(", shape.name);
  for (std::size_t i = 0; i < arguments_.size(); ++i) {
    const auto& [name, quantity] = arguments_[i];
    made_.text_ +=
        fmt::format("{}{}{}{}", i == 0 ? "" : ", ", name, name.empty() ? "" : " ", quantity.text);
  }
  made_.text_ += ')';
  return true;
}

/// "p50 40s", "40s"
bool DistributionReader::read_argument(std::string_view text) {
  std::string_view name;
  const bool named = !text.empty() && text.front() >= 'a' && text.front() <= 'z';
  if (named) {
    name = text.substr(0, text.find(' '));
    text = trimmed(text.substr(name.size()));
    if (find(name) != nullptr) return fail(fmt::format("\"{}\" is given twice", name));
  }
  const auto quantity = read_quantity(text);
  if (!quantity) {
    return fail(text.empty()
                    ? std::string{named ? fmt::format("the value of \"{}\" is missing", name)
                                        : "a value is missing"}
                    : fmt::format("\"{}\" is not a value", text));
  }
  arguments_.push_back({name, *quantity});
  return true;
}

/// All but the shape, which has no unit, must be of one kind.
bool DistributionReader::agree_on_unit() {
  const Argument* first = nullptr;
  for (const Argument& argument : arguments_) {
    if (argument.name == "shape") continue;
    if (first == nullptr) first = &argument;
    if (argument.quantity.unit != first->quantity.unit) {
      return fail(fmt::format("{} and {} are of different units", first->quantity.text,
                              argument.quantity.text));
    }
  }
  if (first == nullptr) return fail("a value is missing");
  made_.unit_ = first->quantity.unit;
  return true;
}

const ReadAmount* DistributionReader::find(std::string_view name) const {
  const auto found = std::ranges::find(arguments_, name, &Argument::name);
  return found == arguments_.end() ? nullptr : &found->quantity;
}

bool DistributionReader::has_only(std::string_view first, std::string_view second) const {
  return arguments_.size() == 2 && find(first) != nullptr && find(second) != nullptr;
}

// ---- One function for each kind. ----

bool DistributionReader::set_two(std::string_view first, std::string_view second) {
  if (!has_only(first, second)) return fail(fmt::format("needs \"{}\" and \"{}\"", first, second));
  for (const std::string_view name : {first, second}) {
    if (!(find(name)->value > 0)) return fail(fmt::format("\"{}\" must be more than 0", name));
  }
  made_.first_ = find(first)->value;
  made_.second_ = find(second)->value;
  if (second == "shape" && find(second)->unit != Distribution::Unit::number) {
    return fail("\"shape\" is a plain number");
  }
  return true;
}

bool DistributionReader::build_uniform() {
  if (arguments_.size() != 2 || !arguments_[0].name.empty() || !arguments_[1].name.empty()) {
    return fail("needs a least and a largest value");
  }
  made_.first_ = arguments_[0].quantity.value;
  made_.second_ = arguments_[1].quantity.value;
  if (made_.first_ > made_.second_) return fail("the least value is larger than the largest");
  return true;
}

bool DistributionReader::build_exponential() {
  if (arguments_.size() != 1) return fail("needs one value");
  const auto& [name, quantity] = arguments_.front();
  if (!(quantity.value > 0)) return fail("the value must be more than 0");
  made_.first_ = quantity.value;
  if (name == "mean") return true;
  const auto share = percentile_of(name);
  if (!share) return fail(fmt::format("\"{}\" is neither \"mean\" nor a percentile", name));
  made_.first_ = quantity.value / -portable::log(1 - *share);
  return true;
}

bool DistributionReader::build_lognormal() {
  if (has_only("mean", "sd")) return build_from_mean_and_sd();
  if (arguments_.size() != 2) return fail("needs two values");
  struct Point {
    double z;
    double log_value;
  } points[2];
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& [name, quantity] = arguments_[i];
    const auto share = percentile_of(name);
    if (!share) return fail(fmt::format("\"{}\" is not a percentile", name));
    if (!(quantity.value > 0)) return fail(fmt::format("\"{}\" must be more than 0", name));
    points[i] = {portable::normal_quantile(*share), portable::log(quantity.value)};
  }
  if (points[0].z > points[1].z) std::swap(points[0], points[1]);
  if (points[0].z == points[1].z) return fail("both values are for one percentile");
  made_.second_ = (points[1].log_value - points[0].log_value) / (points[1].z - points[0].z);
  made_.first_ = points[0].log_value - made_.second_ * points[0].z;
  if (made_.second_ < 0) return fail("the higher percentile has the lower value");
  return true;
}

bool DistributionReader::build_from_mean_and_sd() {
  if (!set_two("mean", "sd")) return false;
  const double ratio = made_.second_ / made_.first_;
  const double variance = portable::log(1 + ratio * ratio);
  made_.first_ = portable::log(made_.first_) - variance / 2;
  made_.second_ = std::sqrt(variance);
  return true;
}

bool DistributionReader::build_normal() { return set_two("mean", "sd"); }
bool DistributionReader::build_gamma() { return set_two("mean", "shape"); }
bool DistributionReader::build_weibull() { return set_two("scale", "shape"); }

bool DistributionReader::build_empirical() {
  for (const auto& [name, quantity] : arguments_) {
    if (!name.empty()) return fail(fmt::format("\"{}\" is not a value", name));
    made_.values_.push_back(quantity.value);
  }
  std::ranges::sort(made_.values_);
  return true;
}

}  // namespace opsim
