// UNDOCUMENTED: pct and median take the nearest rank; stddev is that of a sample.
#include "models/logs/insights_stats.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace opsim::logs {
namespace {

/// One aggregate function over one group.
class Accumulator {
 public:
  Accumulator(const QueryNode& call, std::optional<double> percentile)
      : name_{call.text}, percentile_{percentile} {}

  void take_row() { ++rows_; }
  void take(const InsightsValue& value, const InsightsValue& at) {
    if (value.missing()) return;
    ++present_;
    if (name_ == "count_distinct") distinct_.insert(value.text());
    const bool first = present_ == 1;
    if (name_ == "min" && (first || compare_values(value, kept_) < 0)) kept_ = value;
    if (name_ == "max" && (first || compare_values(value, kept_) > 0)) kept_ = value;
    if (name_ == "sortsfirst" && (first || compare_naturally(value, kept_) < 0)) kept_ = value;
    if (name_ == "sortslast" && (first || compare_naturally(value, kept_) > 0)) kept_ = value;
    take_by_time(value, at, first);
    if (const auto number = value.number()) take_number(*number);
  }
  [[nodiscard]] InsightsValue result() const {
    if (name_ == "count") return static_cast<double>(rows_ > 0 ? rows_ : present_);
    if (name_ == "count_distinct") return static_cast<double>(distinct_.size());
    if (name_ == "sum") return numbers_ == 0 ? InsightsValue{} : InsightsValue{sum_};
    if (name_ == "avg") return numbers_ == 0 ? InsightsValue{} : InsightsValue{mean_};
    if (name_ == "stddev") return deviation();
    if (name_ == "pct" || name_ == "median") return rank();
    return kept_;
  }

 private:
  void take_by_time(const InsightsValue& value, const InsightsValue& at, bool first) {
    const int order = first ? 0 : compare_values(at, kept_at_);
    const bool better = first || (name_ == "earliest" ? order < 0 : order > 0);
    if ((name_ != "earliest" && name_ != "latest") || !better) return;
    kept_ = value;
    kept_at_ = at;
  }
  void take_number(double number) {
    ++numbers_;
    sum_ += number;
    const double off = number - mean_;
    mean_ += off / static_cast<double>(numbers_);
    squares_ += off * (number - mean_);
    if (name_ == "pct" || name_ == "median") values_.push_back(number);
  }
  [[nodiscard]] InsightsValue deviation() const {
    if (numbers_ == 0) return {};
    return numbers_ == 1 ? 0.0 : std::sqrt(squares_ / static_cast<double>(numbers_ - 1));
  }
  [[nodiscard]] InsightsValue rank() const {
    const double percent = name_ == "median" ? 50 : percentile_.value_or(-1);
    if (values_.empty() || !(percent >= 0 && percent <= 100)) return {};
    std::vector<double> sorted = values_;
    std::ranges::sort(sorted);
    const double place = std::ceil(percent / 100 * static_cast<double>(sorted.size()));
    return sorted[static_cast<std::size_t>(std::max(place, 1.0)) - 1];
  }

  std::string name_;
  std::optional<double> percentile_;
  std::size_t rows_ = 0;     // of count(*)
  std::size_t present_ = 0;  // with a value
  std::size_t numbers_ = 0;
  double sum_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // of the distances from the mean (Welford)
  std::vector<double> values_;
  std::set<std::string> distinct_;
  InsightsValue kept_;
  InsightsValue kept_at_;
};

void collect(const QueryNode& node, std::vector<const QueryNode*>& calls) {
  if (node.kind == QueryNode::Kind::call && is_aggregate(node.text)) {
    calls.push_back(&node);
    return;
  }
  for (const QueryNode& part : node.parts) collect(part, calls);
}

struct Group {
  InsightsRow first;
  InsightsRow made;  // the keys
  std::vector<Accumulator> accumulators;
};

class Grouping {
 public:
  Grouping(const QueryCommand& stats, QueryWork& work) : stats_{stats}, work_{work} {
    for (const QueryColumn& column : stats.columns) collect(column.expression, calls_);
  }
  void take(const InsightsRow& row) {
    Group& group = group_of(row);
    const InsightsValue at = row.field("@timestamp");
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (calls_[i]->parts.empty()) {
        group.accumulators[i].take_row();
      } else {
        group.accumulators[i].take(evaluate(calls_[i]->parts[0], row, work_), at);
      }
    }
  }
  std::vector<InsightsRow> rows() {
    std::vector<InsightsRow> made;
    for (Group& group : groups_) {
      std::vector<InsightsValue> results;
      for (const Accumulator& one : group.accumulators) results.push_back(one.result());
      const Results known{calls_, results};
      for (const QueryColumn& column : stats_.columns) {
        InsightsValue value =
            evaluate(column.expression, group.first, work_, &Results::find, &known);
        group.first.set(column.name, value);  // a later column may name it
        group.made.set(column.name, std::move(value));
      }
      made.push_back(std::move(group.made));
    }
    return made;
  }

 private:
  struct Results {
    const std::vector<const QueryNode*>& calls;
    const std::vector<InsightsValue>& values;
    static const InsightsValue* find(const void* of, const QueryNode& call) {
      const auto& known = *static_cast<const Results*>(of);
      const auto place = std::ranges::find(known.calls, &call);
      return place == known.calls.end()
                 ? nullptr
                 : &known.values[static_cast<std::size_t>(place - known.calls.begin())];
    }
  };
  Group& group_of(const InsightsRow& row) {
    std::vector<std::string> key;
    std::vector<InsightsValue> values;
    for (const QueryColumn& column : stats_.by) {
      values.push_back(evaluate(column.expression, row, work_));
      key.push_back(values.back().text());
    }
    const auto [place, fresh] = index_.try_emplace(std::move(key), groups_.size());
    if (!fresh) return groups_[place->second];
    Group group{.first = row, .made = {}, .accumulators = {}};
    for (std::size_t i = 0; i < values.size(); ++i)
      if (!values[i].missing()) group.made.set(stats_.by[i].name, values[i]);
    for (const QueryNode* call : calls_) {
      const bool ranked = call->text == "pct";
      group.accumulators.emplace_back(
          *call, ranked ? evaluate(call->parts[1], row, work_).number() : std::nullopt);
    }
    groups_.push_back(std::move(group));
    return groups_.back();
  }

  const QueryCommand& stats_;
  QueryWork& work_;
  std::vector<const QueryNode*> calls_;
  std::map<std::vector<std::string>, std::size_t> index_;
  std::vector<Group> groups_;
};

}  // namespace

std::vector<InsightsRow> run_stats(const QueryCommand& stats, const std::vector<InsightsRow>& rows,
                                   QueryWork& work) {
  Grouping grouping{stats, work};
  for (const InsightsRow& row : rows) {
    if (work.exhausted()) break;
    grouping.take(row);
  }
  return grouping.rows();
}

}  // namespace opsim::logs
