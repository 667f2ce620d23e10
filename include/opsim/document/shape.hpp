#pragma once
/// What a document must look like, as constant tables. One description serves three: it checks what
/// was read, it is the JSON Schema of an editor, and it is the list of what is simulated.
///
///   constexpr std::string_view kTreatments[] = {"breaching", "notBreaching", "ignore", "missing"};
///   constexpr Shape kTreatment{.kind = Kind::text, .allowed = kTreatments};
///   constexpr Shape kPeriod{.kind = Kind::integer, .min = 10, .max = 86'400};
///   constexpr Field kAlarmFields[] = {
///       {.name = "Period", .shape = &kPeriod, .doc = "Seconds of one datapoint."},
///       {.name = "TreatMissingData", .shape = &kTreatment, .doc = "What a gap counts as."},
///   };
///   constexpr Shape kAlarm{.kind = Kind::mapping, .fields = kAlarmFields};
///
///   check(properties, kAlarm, diagnostics, {.subject = "AWS::CloudWatch::Alarm DiskAlarm"});
#include <cstdint>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/document/diagnostic.hpp"
#include "opsim/document/node.hpp"

namespace opsim {

enum class Kind : std::uint8_t {
  any,
  text,          // `allowed`: these words only; `min`, `max`: its length
  integer,       // `min`, `max`
  number,        // `min`, `max`
  boolean,       //
  duration,      // "15min", "1h 30min"; `min`, `max` in seconds
  percent,       // "60 %"; `min`, `max` in percent
  quantity,      // "2 GB"; `allowed`: its units
  rate,          // "8 %/h"; `allowed`: its units
  distribution,  // "lognormal(p50 40s, p99 3min)", or a duration alone
  time,          // a moment: "2026-03-02T09:00:00Z"
  list,          // `of` each item; `min`, `max`: how many
  mapping,       // `fields`
  table,         // names the user chose; `of` each value; `allowed`: these names only
  one_or_list,   // `of`, or a list of it
  either,        // one of `choices`, told apart by what is written
};

enum class Need : std::uint8_t { optional, required };
/// `no`: the value is checked, kept, and listed as not simulated.
enum class Simulated : std::uint8_t { yes, no };

struct Shape;

struct Field {
  std::string_view name;
  const Shape* shape = nullptr;  // null: anything
  Need need = Need::optional;
  Simulated simulated = Simulated::yes;
  std::string_view doc = {};  // one or two sentences, for hover text and the reference
};

struct Shape {
  Kind kind = Kind::any;
  std::string_view name = {};  // in the schema's $defs; a shape that contains itself needs one
  std::string_view doc = {};
  std::span<const Field> fields = {};
  const Shape* of = nullptr;  // null: anything
  std::span<const Shape* const> choices = {};
  std::span<const std::string_view> allowed = {};
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::string_view example = {};  // shown when something else was written
};

/// {"Ref": ...}, {"Fn::Sub": ...} wherever a value may stand.
enum class Intrinsics : std::uint8_t { refused, accepted };
/// "{{ InstanceId }}" and "{{resolve:...}}" wherever a value may stand.
enum class Placeholders : std::uint8_t { refused, accepted };
/// `loose`, as CloudFormation: "1" is a number, 1 is a text, "true" is a boolean.
enum class Scalars : std::uint8_t { strict, loose };
enum class UnknownKeys : std::uint8_t { refused, not_simulated };

struct CheckOptions {
  std::string subject = {};  // begins every message: "AWS::CloudWatch::Alarm DiskAlarm"
  Intrinsics intrinsics = Intrinsics::refused;
  Placeholders placeholders = Placeholders::refused;
  Scalars scalars = Scalars::strict;
  UnknownKeys unknown_keys = UnknownKeys::refused;
  /// Gains the path of each key that is Simulated::no or, where unknown keys are let in, unknown:
  /// "AlarmDescription", "Dimensions.Value". Lists leave no index in it.
  std::vector<std::string>* not_simulated = nullptr;
};

/// The options for the properties of a CloudFormation resource.
[[nodiscard]] CheckOptions cloudformation_properties(std::string subject);

/// Adds a complaint for everything in which `node` is not of `shape`; goes on after each.
void check(const Node& node, const Shape& shape, Diagnostics& diagnostics,
           const CheckOptions& options = {});

/// True for {"Ref": x}, {"Condition": x} and {"Fn::Anything": x}: a mapping with that one key.
[[nodiscard]] bool is_intrinsic(const Node& node);

/// JSON Schema, draft 2020-12, with descriptions for hover text and enums and patterns for
/// completion.
[[nodiscard]] Json json_schema(const Shape& shape, std::string_view title = {});

}  // namespace opsim
