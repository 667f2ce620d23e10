#pragma once
/// Tells the journal when a sample first crosses the line that an alarm watches: the moment at
/// which the danger could be seen, one or more periods before the alarm may say so.
#include <optional>

#include "opsim/cloud/metrics.hpp"
#include "opsim/journal/journal.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim {
class Cloud;
}

namespace opsim::cloudwatch {

struct AlarmSpec;

class LineWatch {
 public:
  LineWatch(Cloud& cloud, SeriesId series);
  ~LineWatch();
  LineWatch(const LineWatch&) = delete;
  LineWatch& operator=(const LineWatch&) = delete;

  /// Looks for the next crossing anew: the alarm is new, or its metric changed.
  void look(const AlarmSpec& spec);
  /// A datum was put.
  void put(const AlarmSpec& spec, const Summary& data);
  /// The alarm now watches another series.
  void follow(SeriesId series) { series_ = series; }
  /// The danger is over; the next crossing is news again.
  void reset() { crossed_.reset(); }
  /// The entry of the crossing that has not been reset since.
  [[nodiscard]] std::optional<CauseId> crossed() const { return crossed_; }

 private:
  struct Due : Callback {
    LineWatch* watch;
  };
  void on_due();
  void write(const AlarmSpec& spec, double value, CauseId cause);

  Cloud& cloud_;
  SeriesId series_;
  const AlarmSpec* spec_ = nullptr;  // of the alarm that owns this
  Due due_;
  Ticket ticket_;
  std::optional<CauseId> crossed_;
};

}  // namespace opsim::cloudwatch
