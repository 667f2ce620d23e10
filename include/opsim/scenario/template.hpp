#pragma once
/// A CloudFormation template: read and checked once, then stood up any number of times.
///
/// Cost      Reading compiles every intrinsic function; nothing looks at the document again. A
///           Template is immutable and cheap to copy; many runs, on many threads, may share one.
/// Errors    All that is wrong with the structure is told at once, each at its place: what
///           CloudFormation itself refuses (unknown names, wrong intrinsic functions, circular
///           dependencies, quotas). A template with errors must not be stood up.
/// Kept      Types, properties and macros that are not simulated are accepted as written, and
///           listed by check(): never silently believed.
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/service.hpp"
#include "opsim/document/read.hpp"

namespace opsim {

/// "AWS::IAM::Role" or "AWS::CloudWatch::Alarm AlarmDescription" -> how often it stands there.
using NotSimulated = std::map<std::string, std::size_t>;

/// "Not simulated here, accepted as written: AWS::IAM::Role (2), ...", or "" for none.
[[nodiscard]] std::string not_simulated_text(const NotSimulated& list);

/// Finds the template of a nested stack: its TemplateURL, and the file that names it. Nothing: the
/// nested stack is listed as not simulated.
using NestedTemplates =
    std::function<std::optional<Document>(std::string_view url, std::string_view from_file)>;

/// Takes a TemplateURL for a path beside the file that names it, as `aws cloudformation package`
/// does; URLs with a scheme are not fetched. Throws BadInput where such a file cannot be read.
[[nodiscard]] NestedTemplates templates_beside();

/// As typed on a command line: a list is joined by commas.
using ParameterTexts = std::map<std::string, std::string>;

struct TemplateParameter {
  std::string name;
  std::string type;  // "String", "List<AWS::EC2::Subnet::Id>"
  std::string description;
  std::optional<std::string> default_value;  // as a user would type it: lists joined by commas
  bool no_echo = false;
  Node text;
};

struct TemplateResource {
  std::string logical_id;
  std::string type;
  std::string source;  // "stack.yaml:34"
  Node text;           // Type, Properties, ...
};

class Template {
 public:
  /// Complaints go to `diagnostics`; what could be read is returned nevertheless. CloudFormation
  /// lets a key stand twice: read documents with Duplicates::last_wins. `values` of parameters are
  /// what Fn::ForEach goes over; without them, Defaults.
  static Template read(const Document& document, Diagnostics& diagnostics,
                       const NestedTemplates& nested = templates_beside(),
                       const ParameterTexts& values = {});

  /// True for a document that means to be a template: it has Resources, or names a version.
  [[nodiscard]] static bool recognises(const Node& root);

  /// An empty template: no resources.
  Template();

  [[nodiscard]] std::string_view file() const;
  [[nodiscard]] std::string_view description() const;
  /// The whole template as JSON: what GetTemplate shows of one that was read from a file.
  [[nodiscard]] std::string body_text() const;
  /// All three in the order of the source.
  [[nodiscard]] std::span<const TemplateParameter> parameters() const;
  [[nodiscard]] std::span<const TemplateResource> resources() const;
  [[nodiscard]] std::vector<std::string_view> outputs() const;
  /// The logical ids in the order in which they are created.
  [[nodiscard]] std::vector<std::string_view> creation_order() const;
  [[nodiscard]] const TemplateResource* resource(std::string_view logical_id) const;
  [[nodiscard]] const TemplateParameter* parameter(std::string_view name) const;
  /// Macros and transforms that it names, AWS's own among them: CAPABILITY_AUTO_EXPAND.
  [[nodiscard]] std::vector<std::string> transforms() const;
  /// Fn::ForEach goes over a parameter: read the template again for other values.
  [[nodiscard]] bool loops_over_parameters() const;

  struct Body;  // sim/scenario/template_body.hpp
  explicit Template(std::shared_ptr<const Body> body) : body_(std::move(body)) {}
  [[nodiscard]] const Body& body() const { return *body_; }

 private:
  std::shared_ptr<const Body> body_;
};

/// Checks properties against what the services of `catalog` know, nested stacks too, and lists what
/// they do not. Messages begin "AWS::CloudWatch::Alarm DiskAlarm: ".
void check(const Template& text, Catalog catalog, Diagnostics& diagnostics,
           NotSimulated& not_simulated);

}  // namespace opsim
