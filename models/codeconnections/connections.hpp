#pragma once
/// The state of CodeConnections: connections, and what lies in repositories outside AWS.
#include <map>
#include <string>
#include <vector>

#include "opsim/cloud/archive.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::codeconnections {

struct Connection {
  std::string name;
  std::string arn;
  std::string provider;
  std::string status;  // PENDING until somebody finished it in the console, then AVAILABLE
};

struct Commit {
  std::string id;
  std::string message;
  SimTime at{};
  Files files;
};
struct ExternalRepository {
  std::map<std::string, std::string> branches{};  // to their tips
  std::map<std::string, Commit> commits{};
};

class Connections : public Model {
 public:
  explicit Connections(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::string, Connection> by_arn;
  std::map<std::string, ExternalRepository> repositories;  // by "owner/name"

  /// The one model behind both names of the service.
  [[nodiscard]] static Connections& of(Cloud& cloud) {
    return static_cast<Connections&>(*cloud.model("codeconnections"));
  }
};

ApiResult<Json> create_connection(Connections& all, const Request& request);
ApiResult<Json> get_connection(Connections& all, const Request& request);
ApiResult<Json> list_connections(Connections& all, const Request& request);
ApiResult<Json> push_commit(Connections& all, const Request& request);
ApiResult<Json> use_connection(Connections& all, const Request& request);
ApiResult<Created> create_connection_resource(Connections& all, const ResourceRequest& request);

}  // namespace opsim::codeconnections
