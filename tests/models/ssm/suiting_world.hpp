#pragma once
/// A world that suits a runbook, whatever services it calls: whoever asks is answered as the asking
/// step hopes. An API answers what the step's selectors read and its desired values; scripts, and
/// documents that nobody wrote down, work in five seconds and give what is read of them.
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/models/ssm/world.hpp"

namespace opsim::tests {

/// What a play does differently from what steps hope.
struct Play {
  std::map<std::string, Duration> late;  // steps whose property is not as desired until then
  std::map<std::string, Json> outputs;   // "step.Output" -> its value
  std::string failing;                   // a step whose script fails
  bool approvers = true;                 // decide by themselves, after a minute
};

/// The tables of the services that a runbook calls, as long as the world that uses them.
class SuitingCatalog {
 public:
  explicit SuitingCatalog(const ssm::DocumentSpec& document);
  [[nodiscard]] Catalog services() const { return rows_; }

 private:
  std::map<std::string, std::set<std::string>> calls_;
  std::map<std::string, std::vector<Operation>> operations_;
  std::vector<std::unique_ptr<Service>> made_;
  std::vector<const Service*> rows_;
};

/// One world with the document "Real" in it.
struct SuitingWorld {
  SuitingWorld(const ssm::DocumentSpec& document, const std::string& content, Play play);

  SuitingCatalog catalog;
  World world;
};

/// Reads a document of a corpus, leniently; null when it is refused.
std::shared_ptr<ssm::DocumentSpec> read_runbook_text(const std::string& content);

/// A value that a parameter may have.
Json value_for_parameter(const ssm::ParameterSpec& parameter);

/// Which values branches compare with what: "step.Output" -> candidates. `parameters` are those
/// that the execution gets.
std::map<std::string, std::vector<Json>> branch_candidates(const ssm::DocumentSpec& document,
                                                           const Json& parameters);

/// Every combination of the candidates, the first one empty, `most` at most.
std::vector<std::map<std::string, Json>> combinations(
    const std::map<std::string, std::vector<Json>>& candidates, std::size_t most);

}  // namespace opsim::tests
