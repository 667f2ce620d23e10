#pragma once
/// A stack whose resources are made, changed and taken away one by one: what lives while a run goes
/// on, and what stand_up() does at once before it.
///
/// Numbers   A resource is known by its number in text().resources().
/// Values    properties() works a resource's intrinsic functions out as things stand at that
/// moment;
///           what it was last made of is kept by whoever made it, with keep().
/// Errors    What cannot be worked out is a complaint in diagnostics(), and "" in its place.
/// Lifetime  It borrows the Cloud and the Exports.
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/scenario/stack.hpp"

namespace opsim {

/// What Ref and Fn::GetAtt of a resource give.
struct Standing {
  enum class State : std::uint8_t {
    waiting,   // not created yet
    stands,    //
    left_out,  // by a choice: whoever refers to it sees nothing
    absent,    // its condition is false: nobody may refer to it
  } state = State::waiting;
  bool simulated = false;
  std::string physical_id = {};
  std::string arn = {};
  Json attributes = Json::object();
};

/// Something that a value mentions: a parameter, a resource (Ref), an attribute (Fn::GetAtt).
struct Mention {
  enum class What : std::uint8_t { parameter, resource, attribute } what;
  std::string name;  // "InstanceType", "MyBucket", "MyBucket.Arn"
  friend auto operator<=>(const Mention&, const Mention&) = default;
};

class Assembly {
 public:
  struct Output {
    std::string name;
    std::string description;
    std::string value;
    std::string export_name;  // "" where it is not exported
    Node text;
  };
  struct Parameter {
    std::string name;
    Json value;  // a text, or a list of texts
    bool no_echo;
  };

  Assembly(Cloud& cloud, Template text, StackSettings settings, Exports& exports,
           std::string stack_id);
  ~Assembly();
  Assembly(const Assembly&) = delete;
  Assembly& operator=(const Assembly&) = delete;

  /// Parameters gain values, conditions are decided, resources that nobody wants are marked. False
  /// where a parameter has no value or a wrong one: nothing else may be asked then.
  bool resolve();

  [[nodiscard]] const Template& text() const;
  [[nodiscard]] const StackSettings& settings() const;
  [[nodiscard]] const std::string& stack_id() const;
  [[nodiscard]] Diagnostics& diagnostics();
  /// The complaints since the last time, in one line; "" for none.
  [[nodiscard]] std::string take_errors();
  [[nodiscard]] const NotSimulated& not_simulated() const;
  [[nodiscard]] std::vector<Parameter> parameters() const;
  /// Names of the exports that values were taken from.
  [[nodiscard]] const std::set<std::string, std::less<>>& imports() const;

  // ---- Resources ----
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::span<const std::uint32_t> order() const;
  [[nodiscard]] std::optional<std::uint32_t> number_of(std::string_view logical_id) const;
  /// Its condition holds, and no choice leaves it out.
  [[nodiscard]] bool wanted(std::uint32_t number) const;
  /// The wanted resources that must stand before it, by number.
  [[nodiscard]] std::vector<std::uint32_t> needs(std::uint32_t number) const;
  [[nodiscard]] const Template* nested(std::uint32_t number) const;
  [[nodiscard]] Standing& standing(std::uint32_t number);
  [[nodiscard]] const Standing& standing(std::uint32_t number) const;
  /// An object, in the JSON types that the resource's type wants.
  [[nodiscard]] Json properties(std::uint32_t number);
  /// What stands beside Type and Properties: Metadata, CreationPolicy, DeletionPolicy, ...
  [[nodiscard]] Json attributes(std::uint32_t number);
  [[nodiscard]] const Json& made_of(std::uint32_t number) const;
  void keep(std::uint32_t number, Json properties);
  /// What a property of it mentions; of all of them for "".
  [[nodiscard]] std::vector<Mention> mentions(std::uint32_t number,
                                              std::string_view property) const;
  /// Made by its model, or standing by convention where none does. Nothing is entered: see enter().
  /// Not for nested stacks.
  [[nodiscard]] ApiResult<Standing> create(std::uint32_t number, const Json& properties);
  /// Stands from now on, under its name in cloud.resources().
  void enter(std::uint32_t number, const Json& properties, Standing standing);

  // ---- Outputs ----
  /// Those whose condition holds, of what stands.
  [[nodiscard]] std::vector<Output> outputs();

  struct Parts;  // sim/scenario/assembly.cpp
  [[nodiscard]] Parts& parts() { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

/// What AWS::CloudFormation::Stack passes on: "Parameters: a set of value pairs", lists by commas.
[[nodiscard]] std::map<std::string, std::string> nested_parameters(const Json& properties);
/// What stands for a nested stack: its outputs are the attributes "Outputs.X".
[[nodiscard]] Standing nested_standing(const std::string& stack_id,
                                       const std::map<std::string, Json>& outputs);

}  // namespace opsim
