#pragma once
/// A world of Systems Manager and a stand-in for EC2: instances with a state and a disk.
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "models/ssm/service.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/read.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim {

/// For messages of failed checks.
inline std::ostream& operator<<(std::ostream& out, const ApiError& error) {
  return out << error.code << ": " << error.message;
}

}  // namespace opsim

namespace opsim::tests {

inline const SimTime kStart = *parse_iso8601("2026-03-02T09:00:00Z");
inline const Place kHome{"012345678901", "us-east-1"};

struct FakeInstance {
  std::string state = "running";
  std::string platform = {};
  std::map<std::string, std::string> tags = {};
  double disk = 91;
  bool has_role = true;
};

/// Instances as DescribeInstances shows them; state changes take half a minute.
class FakeEc2 : public Model {
 public:
  explicit FakeEc2(Cloud& of) : cloud{of} {}
  Cloud& cloud;
  std::map<std::string, FakeInstance, std::less<>> instances;
  std::vector<Event> events;
  std::vector<std::string> calls;  // "StopInstances by arn:..."
  std::vector<std::string> delivered;
};

ApiResult<Json> describe_instances(FakeEc2& ec2, const Request& request);
ApiResult<Json> change_state(FakeEc2& ec2, const Request& request);
ApiResult<Json> create_tags(FakeEc2& ec2, const Request& request);
extern const Service kFakeEc2;
Catalog fake_catalog();

struct World {
  explicit World(Seed seed = Seed{1}, Level level = Level::everything,
                 Catalog catalog = fake_catalog());

  Simulation sim;
  Journal journal;
  Cloud cloud;

  FakeEc2& ec2() { return *static_cast<FakeEc2*>(cloud.model("ec2")); }
  ssm::Ssm& ssm() { return *static_cast<ssm::Ssm*>(cloud.model("ssm")); }

  /// The operation at once, without latency or record, as somebody of the account.
  ApiResult<Json> ask(std::string_view operation, const Json& input,
                      const std::string& by = "arn:aws:iam::012345678901:user/ana");
  void add_instance(const std::string& id, FakeInstance instance = {});
  /// Makes a document of YAML and fails the test when it is refused.
  void document(const std::string& name, std::string_view yaml,
                std::string_view type = "Automation");
  /// Physics as a scenario writes it: `physics("CleanUp/clean", "{ takes: 40s }")`.
  void physics(std::string_view name, std::string_view yaml);
  /// Starts an automation and gives its id.
  std::string start(std::string_view document, const Json& parameters = Json::object());
  void run_for(Duration duration) { sim.run_until(sim.now() + duration); }

  Json execution(const std::string& id);
  std::string status(const std::string& id);
  /// "check Success, clean Failed": the steps that began, in the order of the document.
  std::string steps(const std::string& id);
  Json step(const std::string& id, std::string_view name);
  /// Statuses told by events of a detail type, in order.
  std::vector<std::string> statuses_told(std::string_view detail_type);
};

}  // namespace opsim::tests
