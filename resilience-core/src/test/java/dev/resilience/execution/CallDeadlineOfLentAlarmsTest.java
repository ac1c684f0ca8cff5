package dev.resilience.execution;

/** The same of calls that have nothing but deadlines, for whose scope the alarms of the thread stand in. */
class CallDeadlineOfLentAlarmsTest extends CallDeadlineTest {

    @Override
    ScriptedPolicy policy() {
        return super.policy().unscoped();
    }
}
