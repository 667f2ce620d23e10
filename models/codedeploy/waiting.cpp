#include "models/codedeploy/waiting.hpp"

namespace opsim::codedeploy {

Process<bool> await_continue(CodeDeploy& codedeploy, Deployment& deployment, Continue what,
                             Duration longest) {
  const SimTime until = codedeploy.sim().now() + longest;
  const bool& told =
      what == Continue::rerouting ? deployment.may_continue : deployment.may_terminate;
  deployment.waits_for = what == Continue::rerouting ? "READY_WAIT" : "TERMINATION_WAIT";
  while (!deployment.stopping && !told && codedeploy.sim().now() < until) {
    Signal::TimedWait wait = deployment.changed.wait_for(until - codedeploy.sim().now());
    co_await wait;
  }
  deployment.waits_for.clear();
  co_return !deployment.stopping && (told || what == Continue::terminating);
}

}  // namespace opsim::codedeploy
