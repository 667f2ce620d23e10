#pragma once
/// A state that an alarm was in and why, with the words AWS has for it.
#include <memory>
#include <string>

#include "models/cloudwatch/alarm_evaluation.hpp"
#include "models/cloudwatch/alarm_spec.hpp"

namespace opsim::cloudwatch {

struct StateRecord {
  enum class How : std::uint8_t { created, evaluated, set };

  AlarmState state = AlarmState::insufficient_data;
  How how = How::created;
  SimTime updated{};
  SimTime transitioned{};
  std::shared_ptr<const AlarmSpec> spec;  // as it was then
  Evaluation evaluation{};
  std::string said{};  // SetAlarmState's StateReason and StateReasonData; of contributors' alarms
  std::string said_data{};
  bool partial = false;   // EvaluationState PARTIAL_DATA
  std::string trouble{};  // EVALUATION_ERROR, EVALUATION_FAILURE: `said` tells of it
  std::vector<std::string>
      results{};                  // of a log alarm: the query of each of the evaluation's points
  bool contributors_act = false;  // those in it tell and act for themselves

  /// StateReason: "Threshold Crossed: 2 out of the last 2 datapoints [...] were greater than ...".
  [[nodiscard]] std::string reason() const;
  /// StateReasonData: JSON text, or "".
  [[nodiscard]] std::string reason_data() const;
  /// What a timeline says: "2 of 2 datapoints above 90 (90.3, 91.1)".
  [[nodiscard]] std::string story() const;
  /// Of an evaluation, the datapoints alone: what a contributor's story says too.
  [[nodiscard]] std::string datapoints_story() const;
  /// {"value", "reason", "reasonData", "timestamp"}, as events carry it.
  [[nodiscard]] Json to_json() const;
};

/// "Threshold Crossed: 3 datapoints were greater than the threshold (0.0). The most recent
/// datapoint which crossed the threshold: [32.6 (03/07/25 08:29:00)]." `points` are newest first.
std::string contributor_reason(const AlarmSpec& spec, bool alarm,
                               const std::vector<AlarmPoint>& points);
/// "2026-03-02T11:53:00.000+0000": times inside alarm texts.
std::string alarm_time(SimTime time);
/// 90.0, 99.50160229693434, 1.0E10: numbers inside alarm texts, as Java prints them.
std::string alarm_number(double value);
/// 90.3, 90, 1234: at most one digit after the point, for people.
std::string short_number(double value);
/// "above 90", "at or below 5".
std::string limit_words(const Threshold& threshold);
/// The same, and "outside the expected band".
std::string limit_words(const AlarmSpec& spec);

}  // namespace opsim::cloudwatch
