#pragma once
#include "opsim/cloud/cloud.hpp"

namespace opsim {

/// A service standing in one world: its table, its state, its luck.
struct Cloud::Mounted {
  const Service* service;
  std::unique_ptr<Model> model;
  Stream latencies;
};

}  // namespace opsim
