#pragma once
/// A stack: a template that stands in a world. Standing it up is instantaneous: stacks stand before
/// the first callback of a run. What lives on (updates, rollback, deletion) goes through its
/// Assembly (opsim/scenario/assembly.hpp), which the result keeps.
///
/// Order     Resources are created in the order of their dependencies, equals in the order of the
///           source: the same on every run.
/// Create    A create handler finds its name, line and tags in its ResourceRequest. The resource is
///           entered in cloud.resources() right after its handler returns, with the tags that
///           CloudFormation adds (aws:cloudformation:stack-name, -id, logical-id). A handler that
///           entered it already (instances, which are also launched by calls) is not doubled: the
///           entry gains logical id, stack, source and tags. `request.resource` has what stands
///           beside the properties (Metadata, CreationPolicy, UpdatePolicy, DeletionPolicy, ...),
///           resolved.
/// Values    Properties have the JSON types of the row's Shape where CloudFormation lets them
///           differ: "90" becomes 90 for an integer, 1 becomes "1" for a text.
/// Errors    Wrong parameters, AWS's refusals and unresolved imports are Diagnostics at their line;
///           the rest of the stack is created nevertheless, so that all are told at once. Wrong
///           parameters alone stop it: nothing is created with a value that is not allowed.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/scenario/template.hpp"

namespace opsim {

struct StackSettings {
  std::string name = {};
  Place place = {};
  /// As typed on a command line: a list is joined by commas. Names that the template lacks are
  /// errors.
  std::map<std::string, std::string> parameters = {};
  /// Logical ids left out by a choice. What refers to one sees nothing: the property or list item
  /// is absent, and text around it is empty there. Names that the template lacks are ignored.
  std::set<std::string> disabled = {};
  /// Where `parameters` were written (a mapping of them), for the place of complaints; may be null.
  Node text = {};
};

/// What the stacks of a world export, and to which other stacks. Names are unique in a Place
/// (CloudFormation User Guide, "Fn::ImportValue").
class Exports {
 public:
  struct Export {
    Json value;
    std::string stack;
  };
  /// False when the name is taken.
  bool add(const Place& place, std::string name, Export exported);
  [[nodiscard]] const Export* find(const Place& place, std::string_view name) const;
  void remove(const Place& place, std::string_view name);
  /// The names of a Place, for "did you mean".
  [[nodiscard]] std::vector<std::string_view> names(const Place& place) const;

 private:
  std::map<std::pair<Place, std::string>, Export> all_;
};

class Assembly;

struct StackResult {
  std::string stack_id;                 // the stack's ARN
  std::map<std::string, Json> outputs;  // texts, as CloudFormation has them
  std::vector<std::string> created;     // logical ids, in the order of creation
  /// Dynamic references kept as text, attributes made up: what only standing it up could tell.
  NotSimulated not_simulated;
  /// What stands, for whoever changes it later. It borrows the Exports that it was made with.
  std::shared_ptr<Assembly> assembly;
  std::vector<StackResult> nested;  // of AWS::CloudFormation::Stack resources, in their order
};

/// Creates everything in `text` by the rows of cloud.catalog(). Errors are added to `diagnostics`
/// (a world with errors must not run), and a note for each value that had to be invented.
StackResult stand_up(Cloud& cloud, const Template& text, const StackSettings& settings,
                     Exports& exports, Diagnostics& diagnostics);

}  // namespace opsim
