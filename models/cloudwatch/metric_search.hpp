#pragma once
/// The query of a SEARCH expression: which metrics it means.
///
/// AWS: CloudWatch User Guide, "CloudWatch search expression syntax" (search-expression-syntax).
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "opsim/cloud/metrics.hpp"

namespace opsim::cloudwatch {

/// The parts of a name that searches compare: "SDBFailure" is SDB, Failure; "Project2-trial333" is
/// Project, 2, trial, 333.
struct NamePart {
  std::string text;
  bool alone = false;  // a word between other characters: compared without regard to case
};
[[nodiscard]] std::vector<NamePart> name_parts(std::string_view name);
/// Whether a term without quotes finds the name.
[[nodiscard]] bool finds(std::string_view term, std::string_view name);

class MetricSearch {
 public:
  static constexpr std::size_t kLongest = 1024;  // characters
  /// A text says what is wrong.
  static std::variant<MetricSearch, std::string> parse(std::string_view query);
  [[nodiscard]] bool matches(const SeriesKey& metric) const;

  struct Term {
    enum class Kind : std::uint8_t { word, all, any, none };  // a word, AND, OR, NOT
    Kind kind = Kind::all;
    std::string property = {};  // MetricName, Namespace, a dimension; "" for any of them
    std::string text = {};
    bool exact = false;  // in double quotes
    std::vector<Term> parts = {};
  };

 private:
  friend class SearchParser;
  std::string namespace_;  // "" for any
  std::vector<std::string> dimensions_;
  Term term_;  // with no parts: everything
};

}  // namespace opsim::cloudwatch
