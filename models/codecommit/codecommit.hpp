#pragma once
/// The state of CodeCommit: repositories, their branches, and commits with their files.
#include <map>
#include <string>
#include <vector>

#include "opsim/cloud/archive.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::codecommit {

struct Commit {
  std::string id;
  std::string parent;
  std::string message;
  std::string author;
  SimTime at{};
  Files files;
};

struct Repository {
  std::string name;
  std::string id;
  std::string arn;
  Place place{};
  std::map<std::string, std::string> branches{};  // to the id of their tip
  std::map<std::string, Commit> commits{};
};

class CodeCommit : public Model {
 public:
  explicit CodeCommit(Cloud& in) : cloud{in} {}

  Cloud& cloud;
  std::map<std::pair<Place, std::string>, Repository> repositories;
};

ApiResult<Json> create_commit(CodeCommit& all, const Request& request);
ApiResult<Json> create_repository(CodeCommit& all, const Request& request);
ApiResult<Json> delete_repository(CodeCommit& all, const Request& request);
ApiResult<Json> get_branch(CodeCommit& all, const Request& request);
ApiResult<Json> get_commit(CodeCommit& all, const Request& request);
ApiResult<Json> get_file(CodeCommit& all, const Request& request);
ApiResult<Json> get_repository(CodeCommit& all, const Request& request);
ApiResult<Json> list_branches(CodeCommit& all, const Request& request);
ApiResult<Json> list_repositories(CodeCommit& all, const Request& request);
ApiResult<Json> upload_archive(CodeCommit& all, const Request& request);
ApiResult<Created> create_repository_resource(CodeCommit& all, const ResourceRequest& request);

}  // namespace opsim::codecommit
