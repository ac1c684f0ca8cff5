package dev.resilience;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The walls of the house: who may know whom, and who may look at a clock. */
@AnalyzeClasses(packages = "dev.resilience", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {

    private static final String HOUSE = "dev.resilience";
    private static final List<String> ROOMS =
            List.of("ratelimit", "retry", "circuitbreaker", "bulkhead", "timeout", "cache", "fallback", "recovery");
    private static final Set<String> WALL_CLOCKS = Set.of(
            "java.time.Instant",
            "java.time.LocalDate",
            "java.time.LocalTime",
            "java.time.LocalDateTime",
            "java.time.OffsetDateTime",
            "java.time.ZonedDateTime",
            "java.time.Year",
            "java.time.YearMonth");

    @ArchTest
    static final ArchRule roomsKnowNoOtherRoom = slices().assignedFrom(new Rooms())
            .should()
            .notDependOnEachOther()
            .allowEmptyShould(true)
            .because("a new pattern costs one package; one that leans on its neighbour costs two");

    @ArchTest
    static final ArchRule roomsKnowNoDriver = noClasses()
            .that()
            .resideInAnyPackage(rooms())
            .should()
            .dependOnClassesThat()
            .resideInAPackage(HOUSE + ".execution..")
            .allowEmptyShould(true)
            .because("policies decide and drivers act; a policy that knows a call shape is written four times");

    @ArchTest
    static final ArchRule theContractKnowsNoRoom = noClasses()
            .that()
            .resideInAnyPackage(
                    HOUSE, HOUSE + ".execution..", HOUSE + ".time..", HOUSE + ".event..", HOUSE + ".configuration..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(rooms())
            .because("what is generic over kinds never switches on one");

    @ArchTest
    static final ArchRule theKeysKnowNoRoom = noClasses()
            .that()
            .resideInAPackage(HOUSE + ".key..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(inRooms(HOUSE + ".execution.."))
            .because("rooms that keep a state for each key share what keys have in common, and nothing of each other");

    @ArchTest
    static final ArchRule theBudgetKnowsNoRoom = noClasses()
            .that()
            .resideInAPackage(HOUSE + ".budget..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(inRooms(HOUSE + ".execution.."))
            .because("whoever sends calls in again shares the account of it, and nothing of how or why others do");

    @ArchTest
    static final ArchRule nobodyKnowsSpring = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework..", "jakarta..")
            .because("core runs without any framework");

    @ArchTest
    static final ArchRule onlyTheReactorDriverKnowsReactor = noClasses()
            .that()
            .resideInAnyPackage(rooms())
            .or()
            .resideInAnyPackage(
                    HOUSE + ".time..",
                    HOUSE + ".event..",
                    HOUSE + ".configuration..",
                    HOUSE + ".key..",
                    HOUSE + ".budget..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("reactor..", "org.reactivestreams..")
            .allowEmptyShould(true)
            .because("Reactor is optional, and a call shape is the business of its driver alone");

    @ArchTest
    static final ArchRule onlyTimeReadsAClock = noClasses()
            .that()
            .resideOutsideOfPackage(HOUSE + ".time..")
            .should()
            .callCodeUnitWhere(isAboutTimeOrChance())
            .because("tests turn the time by hand, which works only if everybody asks the time they were handed");

    @ArchTest
    static final ArchRule nobodyWaitsOnAMonitor = noClasses()
            .should()
            .callCodeUnitWhere(isWaitingOnAMonitor())
            .because("waiting on a monitor pins the carrier of a virtual thread");

    @ArchTest
    static final ArchRule packagesFormNoCycles = slices().matching(HOUSE + ".(*)..")
            .should()
            .beFreeOfCycles()
            .because("what forms a cycle can't be understood in parts; the root is the contract that all share");

    private static String[] rooms() {
        return ROOMS.stream().map(room -> HOUSE + "." + room + "..").toArray(String[]::new);
    }

    private static String[] inRooms(String andIn) {
        return Stream.concat(Stream.of(rooms()), Stream.of(andIn)).toArray(String[]::new);
    }

    private static DescribedPredicate<JavaCall<?>> isAboutTimeOrChance() {
        return DescribedPredicate.describe("reads a clock, sleeps, or throws dice", call -> {
            String owner = call.getTargetOwner().getName();
            String name = call.getTarget().getName();
            return switch (owner) {
                case "java.lang.System" -> name.equals("nanoTime") || name.equals("currentTimeMillis");
                case "java.lang.Thread" -> name.equals("sleep");
                case "java.lang.Math" -> name.equals("random");
                case "java.util.concurrent.TimeUnit" -> name.equals("sleep");
                case "java.util.concurrent.ThreadLocalRandom" -> name.equals("current");
                case "java.util.Random", "java.util.SplittableRandom", "java.util.Date" ->
                    name.equals("<init>")
                            && call.getTarget().getParameterTypes().isEmpty();
                case "java.time.Clock" -> name.startsWith("system");
                default -> WALL_CLOCKS.contains(owner) && name.equals("now");
            };
        });
    }

    private static DescribedPredicate<JavaCall<?>> isWaitingOnAMonitor() {
        return DescribedPredicate.describe(
                "waits on a monitor",
                call -> call.getTarget().getName().equals("wait")
                        && call.getTargetOwner().isEquivalentTo(Object.class));
    }

    /** One slice for each room. */
    private static final class Rooms implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return ROOMS.stream()
                    .filter(room -> (type.getPackageName() + ".").startsWith(HOUSE + "." + room + "."))
                    .findFirst()
                    .map(SliceIdentifier::of)
                    .orElseGet(SliceIdentifier::ignore);
        }

        @Override
        public String getDescription() {
            return "rooms";
        }
    }
}
